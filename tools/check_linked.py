#!/usr/bin/env python3
"""Holds the libraries that the program loads against a list: the trainer's (LibTorch and what it drags in) must never be among them.

usage: tools/check_linked.py PROGRAM

Prints each library that the list does not name and exits 1. Standard library only.
"""
import re
import subprocess
import sys

SYSTEM = (
    "ld-linux-x86-64", "libc", "libdl", "libgcc_s", "libicui18n", "libm", "libpthread", "libresolv", "librt", "libstdc++", "linux-vdso",
)
# tools/packages.txt, group link; libOpenCL and libgomp come with oneDNN.
LINKED = (
    "libOpenCL", "libarchive", "libboost_json", "libcrypto", "libcurl", "libdnnl", "libexpat", "libfmt", "libgomp", "libhwy", "libicudata",
    "libicuuc", "libpq", "libpqxx-6.4", "libprometheus-cpp-core", "libqrcodegencpp", "libspdlog", "libsqlite3", "libssl", "libstemmer", "libxxhash", "libz",
)
# What libcurl and libarchive load in their turn.
BY_THESE = (
    "libacl", "libbrotlicommon", "libbrotlidec", "libbz2", "libcom_err", "libffi", "libgmp", "libgnutls", "libgssapi_krb5", "libhogweed", "libidn2",
    "libk5crypto", "libkeyutils", "libkrb5", "libkrb5support", "liblber-2.5", "libldap-2.5", "liblz4", "liblzma", "libnettle", "libnghttp2",
    "libp11-kit", "libpsl", "librtmp", "libsasl2", "libssh2", "libtasn1", "libunistring", "libxml2", "libzstd",
)
ALLOWED = set(SYSTEM + LINKED + BY_THESE)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: tools/check_linked.py PROGRAM")
    listed = subprocess.run(["ldd", sys.argv[1]], capture_output=True, text=True, check=True).stdout
    libraries = [line.split()[0].rsplit("/", 1)[-1] for line in listed.splitlines() if line.strip()]
    strange = [name for name in libraries if re.split(r"\.so\b", name)[0] not in ALLOWED]
    for name in strange:
        print(f"{sys.argv[1]}: {name} is not among the libraries that it may load")
    print(f"{len(libraries) - len(strange)} passed, {len(strange)} failed")
    return 1 if strange else 0


if __name__ == "__main__":
    sys.exit(main())
