# Two commands: make demo, make test. The rest is for whoever maintains this.
.POSIX:
.PHONY: demo test bench lock wheel clean

BIN = .venv/bin

demo:
	@bash setup.sh
	@$(BIN)/zhankan build >/dev/null
	@echo "成品在这里 / finished:"
	@ls build/*/*.pdf build/*/*.docx build/*/html/index.html

test:
	@bash setup.sh dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	PATH="$$PWD/.ci/node_modules/.bin:$$PATH" $(BIN)/pytest -n auto

# OPTIONS="--quick" takes minutes, OPTIONS="--markdown" writes the tables into bench/README.md
bench:
	@bash setup.sh
	@$(BIN)/python -m pip --disable-pip-version-check install -qq --require-hashes -r requirements-bench.txt
	$(BIN)/python bench/run.py $(OPTIONS)

# Locked versions with hashes and without host names; needs uv.
COMPILE = uv pip compile --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock" --quiet

lock:
	$(COMPILE) pyproject.toml --group build -o requirements.txt
	$(COMPILE) pyproject.toml --extra cluster --group build --group dev -c requirements.txt -o requirements-dev.txt
	$(COMPILE) --python-version 3.11 --group bench -o requirements-bench.txt

wheel:
	@bash setup.sh
	$(BIN)/hatchling build -t wheel

clean:
	rm -rf build dist .venv .ci/node_modules
