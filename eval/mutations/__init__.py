"""The mutation benchmark: true claims made wrong, and said otherwise, and what verification says of them."""

from eval.mutations.benchmark import Benchmark
from eval.mutations.pages import mutation_tables, write_mutation_report
from eval.mutations.report import mutations_json

__all__ = ["Benchmark", "mutation_tables", "mutations_json", "write_mutation_report"]
