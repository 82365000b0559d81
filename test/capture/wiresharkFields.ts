// What Wireshark calls a field, and what we call it. `content`: ours without its length in front. `span`: several of ours, from
// the first to the end of the last.
export type Ours =
  | { readonly field: string; readonly part?: 'content' }
  | { readonly span: 'record' | 'message' | 'alert' };

const whole = (field: string): Ours => ({ field });
const content = (field: string): Ours => ({ field, part: 'content' });

/** Fields that stand on the cable, also where the record is sealed. */
export const onTheCable: Readonly<Record<string, Ours>> = {
  tls: { span: 'record' },
  'tls.record': { span: 'record' },
  'tls.record.content_type': whole('content_type'),
  'tls.record.opaque_type': whole('content_type'),
  'tls.record.version': whole('legacy_record_version'),
  'tls.record.length': whole('record_length'),
  'tls.app_data': whole('encrypted_record'),
};

/** Fields of what is inside. */
export const ofTheContent: Readonly<Record<string, Ours>> = {
  'tls.alert_message': { span: 'alert' },
  'tls.alert_message.level': whole('level'),
  'tls.alert_message.desc': whole('description'),
  'tls.handshake': { span: 'message' },
  'tls.handshake.type': whole('msg_type'),
  'tls.handshake.length': whole('length'),
  'tls.handshake.version': whole('legacy_version'),
  'tls.handshake.random': whole('random'),
  'tls.handshake.session_id_length': whole('length'),
  'tls.handshake.cipher_suites_length': whole('length'),
  'tls.handshake.ciphersuites': content('cipher_suites'),
  'tls.handshake.ciphersuite': whole('cipher_suite'),
  'tls.handshake.comp_methods_length': whole('length'),
  'tls.handshake.comp_methods': content('legacy_compression_methods'),
  'tls.handshake.comp_method': whole('compression_method'),
  'tls.handshake.extensions_length': whole('length'),
  'tls.handshake.extension.type': whole('extension_type'),
  'tls.handshake.extension.len': whole('length'),
  'tls.handshake.extension.data': whole('extension_body'),
  'tls.handshake.extensions_server_name_list_len': whole('length'),
  'tls.handshake.extensions_server_name_type': whole('name_type'),
  'tls.handshake.extensions_server_name_len': whole('length'),
  'tls.handshake.extensions_server_name': whole('name'),
  'tls.handshake.extensions_supported_groups_length': whole('length'),
  'tls.handshake.extensions_supported_groups': content('named_group_list'),
  'tls.handshake.extensions_supported_group': whole('named_group'),
  'tls.handshake.sig_hash_alg_len': whole('length'),
  'tls.handshake.sig_hash_algs': content('supported_signature_algorithms'),
  'tls.handshake.sig_hash_alg': whole('signature_scheme'),
  'tls.handshake.extensions_alpn_len': whole('length'),
  'tls.handshake.extensions_alpn_list': content('protocol_name_list'),
  'tls.handshake.extensions_alpn_str_len': whole('length'),
  'tls.handshake.extensions_alpn_str': whole('protocol'),
  'tls.handshake.extensions_ec_point_formats_length': whole('length'),
  'tls.handshake.extensions_ec_point_formats': content('ec_point_format_list'),
  'tls.handshake.extensions_ec_point_format': whole('ec_point_format'),
  'tls.handshake.extensions_reneg_info_len': whole('length'),
  'tls.handshake.extensions.supported_versions_len': whole('length'),
  'tls.handshake.extensions.supported_version': whole('version'),
  'tls.handshake.extensions_key_share_client_length': whole('length'),
  'tls.handshake.extensions_key_share_group': whole('group'),
  'tls.handshake.extensions_key_share_key_exchange_length': whole('length'),
  'tls.handshake.extensions_key_share_key_exchange': whole('share'),
  'tls.handshake.extensions_key_share_selected_group': whole('selected_group'),
  'tls.handshake.extensions.cookie_len': whole('length'),
  'tls.handshake.extensions.cookie': whole('cookie_value'),
  'tls.handshake.certificate_request_context_length': whole('length'),
  'tls.handshake.certificates_length': whole('length'),
  'tls.handshake.certificates': content('certificate_list'),
  'tls.handshake.certificate_length': whole('length'),
  'tls.handshake.certificate': whole('certificate'),
  'tls.handshake.client_cert_vrfy.sig_len': whole('length'),
  'tls.handshake.client_cert_vrfy.sig': whole('signature_value'),
  'tls.handshake.verify_data': whole('verify_data'),
  'tls.handshake.epms_len': whole('length'),
  'tls.handshake.epms': whole('rsa_ciphertext'),
  'tls.change_cipher_spec': whole('change_cipher_spec'),
  'tls.handshake.server_curve_type': whole('curve_type'),
  'tls.handshake.server_named_curve': whole('named_group'),
  'tls.handshake.server_point_len': whole('length'),
  'tls.handshake.server_point': whole('ec_point'),
  'tls.handshake.sig_len': whole('length'),
  'tls.handshake.sig': whole('signature_value'),
  'tls.handshake.client_point_len': whole('length'),
  'tls.handshake.client_point': whole('ec_point'),
};

/** The same thing under another name, by the message that it is in. */
export const alsoCalled: Readonly<Record<string, readonly string[]>> = {
  version: ['version', 'selected_version'],
  signature_scheme: ['signature_scheme', 'algorithm'],
  compression_method: ['compression_method', 'legacy_compression_method'],
  group: ['group', 'selected_group'],
};

/** What Wireshark shows and we do not, each with the reason. */
export const notOurs: Readonly<Record<string, string>> = {
  'tls.handshake.random_time':
    'The first four bytes of the random were a time in TLS 1.2; RFC 8446 4.1.2 gives them no meaning.',
  'tls.handshake.random_bytes': 'The rest of the random, as TLS 1.2 divided it.',
  'tls.handshake.sig_hash_hash': 'TLS 1.2 had a hash and a signature in two bytes; RFC 8446 4.2.3 has one number.',
  'tls.handshake.sig_hash_sig': 'As above.',
  'tls.segment.data': 'What Wireshark gave to the dissector of HTTP; no field of TLS.',
  'tls.segments': 'What it put together of several records, for the same; no field of TLS.',
};
