# Every task of the project. `make` alone lists them.

# Where `make run` serves; LAN=1 means every address of this machine.
HOST ?=
PORT ?=
LAN ?=
# embedded (the default) or server: PostgreSQL and Qdrant, see docs/operations.md
ENGINES ?=
export HOST PORT LAN ENGINES

.DEFAULT_GOAL := help
.PHONY: help run setup parquet trainer test verify bench format lint notices clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set up what is missing, then serve page and API on 127.0.0.1:8080 (HOST=, PORT=, LAN=1, ENGINES=server)
	@tools/run.sh

setup: ## only the set-up: packages, build, weights, page, starter catalogue (ENGINES=server: on PostgreSQL and Qdrant)
	@tools/setup.sh

parquet: ## the optional module for Parquet files (fetches Arrow, 55 MB)
	@tools/parquet.sh

trainer: ## the encoder's trainer, build/release/anireco-train (installs LibTorch, some 160 packages)
	@tools/trainer.sh

test: ## every check a change must pass
	@tools/test.sh

verify: ## what takes longer than `make test`; writes docs/verification.md
	@tools/verify.sh

bench: ## speed of encoder, scan, search and server on this machine
	@tools/bench.sh

format: ## clang-format and the page's formatter, in place
	@tools/format.sh

lint: ## clang-tidy over the files changed since the last commit on main (ALL=1: every file)
	@tools/lint.sh

notices: ## write THIRD_PARTY_NOTICES anew
	@tools/third_party_notices.py

clean: ## remove build output; what was fetched for it stays
	@tools/clean.sh
