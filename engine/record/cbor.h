// CBOR (RFC 8949) from untrusted bytes. It is written by nlohmann::json::to_cbor(), but not read
// by from_cbor(): that recurses as deep as a file asks for, also within strings, where no SAX
// handler could end it, so that a made-up file overflows the stack; and it copies byte by byte.
#pragma once

#include <nlohmann/json.hpp>

#include "engine/checkpoint/byte_reader.h"

namespace jacobiscope {

// One item that fills the bytes to the end. Maps keep only their entries with text as key; the
// tag of a byte string becomes its subtype, other tags are skipped; null stands for what JSON
// has no value for. Throws Error for anything malformed, for text that is no UTF-8, for more
// than 16 levels and for more than 200,000 values; allocates no more than the bytes hold.
nlohmann::json readCbor(Bytes bytes);

}  // namespace jacobiscope
