#pragma once

// What the program and its optional module for Parquet (anireco_parquet.so) agree upon: plain C, so
// that neither C++ library's types cross. The module is loaded only when a Parquet file is read or
// written; the program itself never links Arrow.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Raised with every change of what follows; the program refuses a module of another one.
#define ANIRECO_COLUMNAR_ABI 1
/// The one symbol that is looked up: AnirecoColumnarEntry.
#define ANIRECO_COLUMNAR_SYMBOL "anireco_columnar"

enum AnirecoColumnarFault {
  ANIRECO_COLUMNAR_OK = 0,
  ANIRECO_COLUMNAR_CORRUPT = 1,      ///< The file is not what Parquet promises.
  ANIRECO_COLUMNAR_UNSUPPORTED = 2,  ///< A column is of a type that records do not have.
  ANIRECO_COLUMNAR_UNAVAILABLE = 3,  ///< Disk full, no permission, out of memory.
  ANIRECO_COLUMNAR_INTERNAL = 4
};

/// Filled in by a call that fails.
typedef struct AnirecoColumnarError {
  int fault;
  char message[500];
} AnirecoColumnarError;

typedef struct AnirecoColumnarWriter AnirecoColumnarWriter;
typedef struct AnirecoColumnarReader AnirecoColumnarReader;

/// Takes the file's bytes in order; returns 0, or anything else to end the writing.
typedef int (*AnirecoColumnarSink)(void* user, const void* bytes, size_t size);

/// Objects are not thread-safe. Functions that return int give 0 on success and -1 with `error`
/// set.
typedef struct AnirecoColumnar {
  uint32_t abi;
  const char* library;  ///< "Arrow 26.0.1"

  /// NULL with `error` set when it cannot start.
  AnirecoColumnarWriter* (*writer_open)(AnirecoColumnarSink sink, void* user,
                                        AnirecoColumnarError* error);
  /// Rows as JSON lines in the form of columnar_record.h.
  int (*writer_add)(AnirecoColumnarWriter* writer, const char* lines, size_t size,
                    AnirecoColumnarError* error);
  /// Writes the file's end. Once, last.
  int (*writer_finish)(AnirecoColumnarWriter* writer, AnirecoColumnarError* error);
  void (*writer_free)(AnirecoColumnarWriter* writer);

  AnirecoColumnarReader* (*reader_open)(const char* path, AnirecoColumnarError* error);
  uint64_t (*reader_rows)(const AnirecoColumnarReader* reader);
  /// 1 with the next row as a JSON object (valid until the next call), 0 at the end, -1 on failure.
  int (*reader_next)(AnirecoColumnarReader* reader, const char** json, size_t* size,
                     AnirecoColumnarError* error);
  void (*reader_free)(AnirecoColumnarReader* reader);
} AnirecoColumnar;

typedef const AnirecoColumnar* (*AnirecoColumnarEntry)(void);

#ifdef __cplusplus
}
#endif
