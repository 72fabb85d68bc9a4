"""Files to be taken in, as jobs of Procrastinate in PostgreSQL. The one module that knows it.

A job is done at least once: that of a worker which gives no sign of life any more goes to another. Taking a file in
twice changes nothing, because a store knows documents by their content.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rag.errors import SettingsError, StoreError
from rag.history_place import PostgresAddress

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job

State = Literal["waiting", "working", "done", "failed"]
Take = Callable[[str, Path], None]
"""Takes a file in under a source. A `ReadError` is for good; what else it raises is tried again."""

_SCHEMA = "wenju_jobs"
_LOCK = 0x77656E6A75
_STATES: dict[str, State] = {"todo": "waiting", "doing": "working", "succeeded": "done"}
_ATTEMPTS = 5
_WAIT_SECONDS = 10
"""After so long a job that failed for want of the store is tried again; the next time after twice as long."""
_LOOK_SECONDS = 0.5
_CONNECT_SECONDS = 10
_TASK = "take_in"


@dataclass(frozen=True, slots=True)
class FileJob:
    """A file that is to be taken in, or was."""

    source: str
    state: State


class FileQueue:
    """The jobs of one store. Raises `StoreError` where the database can't be used.

    `store` tells the jobs of one store from another's.
    """

    def __init__(self, address: PostgresAddress, store: str) -> None:
        self._address = address
        self._queue = f"wenju-{store}"

    def add(self, files: Iterable[tuple[str, Path]]) -> tuple[list[str], list[str]]:
        """Queue files as (source, path that every worker reaches); returns the sources queued, and those that were."""
        from procrastinate.exceptions import AlreadyEnqueued

        added, waiting = [], []
        with self._opened() as app:
            for source, path in files:
                name = f"{self._queue}:{source}"
                job = app.tasks[_TASK].configure(queue=self._queue, lock=name, queueing_lock=name)
                try:
                    job.defer(source=source, path=str(path))
                    added.append(source)
                except AlreadyEnqueued:
                    waiting.append(source)
        return added, waiting

    def jobs(self) -> tuple[FileJob, ...]:
        """Every job there is, in the order they came; those that are done are kept."""
        with self._opened() as app:
            found = app.job_manager.list_jobs(queue=self._queue)
            return tuple(FileJob(str(one.task_kwargs["source"]), _state(one)) for one in found)

    def forget(self) -> None:
        """Drop the jobs that are over."""
        with self._opened() as app:
            app.connector.get_sync_connector().execute_query(
                "DELETE FROM procrastinate_jobs WHERE queue_name = %(queue)s AND status IN ('succeeded', 'failed')",
                queue=self._queue,
            )

    def work(self, take: Take, *, patience: float, until_done: bool) -> None:
        """Do jobs one after the other: until the user stops it, or until none is left.

        `patience` is after how many seconds without a sign of life a worker's job goes to another.
        """
        with self._opened():
            pass  # the tables are there
        from procrastinate import PsycopgConnector

        with self._told():
            app = self._app(PsycopgConnector(**self._connection()), take)
            asyncio.run(self._working(app, patience, until_done=until_done))

    async def _working(self, app: App, patience: float, *, until_done: bool) -> None:
        async with app.open_async():
            rescue = asyncio.create_task(self._rescue(app, patience))
            try:
                while True:
                    await app.run_worker_async(
                        queues=[self._queue],
                        wait=not until_done,
                        update_heartbeat_interval=patience / 3,
                        stalled_worker_timeout=patience,
                    )
                    if not until_done or not await self._is_left(app):
                        return
                    await asyncio.sleep(_LOOK_SECONDS)
            finally:
                rescue.cancel()
                with suppress(asyncio.CancelledError):
                    await rescue

    async def _rescue(self, app: App, patience: float) -> None:
        """Queue again what workers had that are no more."""
        while True:
            manager = app.job_manager
            for job in await manager.get_stalled_jobs(queue=self._queue, seconds_since_heartbeat=patience):
                await manager.retry_job(job)
            await asyncio.sleep(patience / 2)

    async def _is_left(self, app: App) -> bool:
        found = await app.job_manager.list_jobs_async(queue=self._queue)
        return any(_state(one) in ("waiting", "working") for one in found)

    @contextmanager
    def _opened(self) -> Iterator[App]:
        """The queue, its tables made if they are not there."""
        try:
            from procrastinate import SyncPsycopgConnector
        except ImportError as error:
            raise SettingsError(
                "任务队列没有安装。请运行 pip install 'wenju[queue]'。",
                "The job queue is not installed. Run pip install 'wenju[queue]'.",
            ) from error
        app = self._app(SyncPsycopgConnector(**self._connection()))
        with self._told():
            self._make_tables(app)
            with app.open():
                yield app

    def _app(self, connector: Any, take: Take | None = None) -> App:  # noqa: ANN401  either of two connectors
        from procrastinate import App, RetryStrategy

        app = App(connector=connector)
        again = RetryStrategy(
            max_attempts=_ATTEMPTS, linear_wait=_WAIT_SECONDS, retry_exceptions={StoreError}
        )

        def take_in(source: str, path: str) -> None:
            if take is not None:  # only workers do what is queued
                take(source, Path(path))

        app.task(name=_TASK, retry=again)(take_in)
        return app

    def _connection(self) -> dict[str, Any]:
        options = {"options": f"-c search_path={_SCHEMA}", "connect_timeout": _CONNECT_SECONDS}
        return {"conninfo": self._address.conninfo, "kwargs": options, "timeout": 15.0}

    def _make_tables(self, app: App) -> None:
        """Make the tables where they are not there; the first that asks the database, so that it need not be waited for."""
        import psycopg

        with psycopg.connect(self._address.conninfo, connect_timeout=_CONNECT_SECONDS) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_SCHEMA}")
            connection.execute(f"SET LOCAL search_path TO {_SCHEMA}")
            row = connection.execute("SELECT to_regclass('procrastinate_jobs')").fetchone()
            if row is not None and row[0] is None:
                connection.execute(app.schema_manager.get_schema())

    @contextmanager
    def _told(self) -> Iterator[None]:
        import psycopg
        import psycopg_pool
        from procrastinate.exceptions import ProcrastinateException

        try:
            yield
        except (ProcrastinateException, psycopg.Error, psycopg_pool.PoolTimeout) as error:
            reason = str(error.__cause__ or error).strip().partition("\n")[0]
            raise StoreError(
                f"任务队列 {self._address} 用不了（{reason}）。请检查 RAG_QUEUE、账号和数据库是否在运行。",
                f"The job queue in {self._address} can't be used ({reason}). Check RAG_QUEUE, the account and that "
                "the database is running.",
            ) from error


def _state(job: Job) -> State:
    return _STATES.get(job.status or "", "failed")
