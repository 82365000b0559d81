// Numbers and names of the registries that TLS 1.3 uses (RFC 8446 4, B and the IANA registries it names).

export const contentTypes = { change_cipher_spec: 20, alert: 21, handshake: 22, application_data: 23 } as const;

export const handshakeTypes = {
  hello_request: 0,
  client_hello: 1,
  server_hello: 2,
  new_session_ticket: 4,
  end_of_early_data: 5,
  encrypted_extensions: 8,
  certificate: 11,
  server_key_exchange: 12,
  certificate_request: 13,
  server_hello_done: 14,
  certificate_verify: 15,
  client_key_exchange: 16,
  finished: 20,
  key_update: 24,
  message_hash: 254,
} as const;

export const versions = { 'TLS 1.0': 0x0301, 'TLS 1.1': 0x0302, 'TLS 1.2': 0x0303, 'TLS 1.3': 0x0304 } as const;

export const suites = {
  TLS_AES_128_GCM_SHA256: 0x1301,
  TLS_AES_256_GCM_SHA384: 0x1302,
  TLS_CHACHA20_POLY1305_SHA256: 0x1303,
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 0xc02b,
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 0xc02f,
  TLS_RSA_WITH_AES_128_GCM_SHA256: 0x009c,
  TLS_RSA_WITH_AES_128_CBC_SHA: 0x002f,
  TLS_RSA_WITH_NULL_SHA256: 0x003b,
  TLS_EMPTY_RENEGOTIATION_INFO_SCSV: 0x00ff,
} as const;

export const groups = {
  secp256r1: 0x0017,
  secp384r1: 0x0018,
  secp521r1: 0x0019,
  x25519: 0x001d,
  x448: 0x001e,
  X25519MLKEM768: 0x11ec,
} as const;

/** How a PSK is used: alone, or with a key exchange (4.2.9). */
export const pskModes = { psk_ke: 0, psk_dhe_ke: 1 } as const;

export const signatureSchemes = {
  rsa_pkcs1_sha256: 0x0401,
  ecdsa_secp256r1_sha256: 0x0403,
  rsa_pkcs1_sha384: 0x0501,
  ecdsa_secp384r1_sha384: 0x0503,
  rsa_pss_rsae_sha256: 0x0804,
  rsa_pss_rsae_sha384: 0x0805,
  rsa_pss_rsae_sha512: 0x0806,
  ed25519: 0x0807,
} as const;

export const extensionTypes = {
  server_name: 0,
  status_request: 5,
  supported_groups: 10,
  ec_point_formats: 11,
  signature_algorithms: 13,
  application_layer_protocol_negotiation: 16,
  signed_certificate_timestamp: 18,
  padding: 21,
  extended_master_secret: 23,
  record_size_limit: 28,
  session_ticket: 35,
  pre_shared_key: 41,
  early_data: 42,
  supported_versions: 43,
  cookie: 44,
  psk_key_exchange_modes: 45,
  certificate_authorities: 47,
  post_handshake_auth: 49,
  signature_algorithms_cert: 50,
  key_share: 51,
  renegotiation_info: 65281,
} as const;

/** Gives the registry's name of a number, or the number in hex where the registry has none. */
const naming = (registry: Readonly<Record<string, number>>, digits: number) => {
  const names = new Map(Object.entries(registry).map(([name, number]) => [number, name]));
  return (number: number): string => {
    const hex = `0x${number.toString(16).padStart(digits, '0')}`;
    return names.get(number) ?? (digits === 4 && isGrease(number) ? `GREASE ${hex}` : hex);
  };
};
/** The values that mean nothing and must be passed over, 0A0A to FAFA (RFC 8701 2). */
const isGrease = (number: number): boolean => (number & 0x0f0f) === 0x0a0a && number >> 8 === (number & 255);
export const contentTypeName = naming(contentTypes, 2);
export const handshakeTypeName = naming(handshakeTypes, 2);
export const versionName = naming(versions, 4);
export const suiteName = naming(suites, 4);
export const groupName = naming(groups, 4);
export const signatureSchemeName = naming(signatureSchemes, 4);
export const isRegistered = (extension: number): boolean => Object.values<number>(extensionTypes).includes(extension);
export const extensionName = naming(extensionTypes, 4);
