"""The asynchronous client: the same calls as :class:`~saliency_cluster.Client`, for asyncio."""

from __future__ import annotations

import asyncio
import os
from typing import Any, AsyncIterable, AsyncIterator, Awaitable, Callable, Dict, Iterable, List, Optional, Sequence, TypeVar, Union, cast

import grpc
import grpc.aio

from . import requests
from ._protocol import explanations_pb2, explanations_pb2_grpc, jobs_pb2, models_pb2, models_pb2_grpc
from .connection import Address, Settings
from .errors import SaliencyError, of_call
from .images import ImageLike
from .options import Methods
from .results import Explanation, JobStatus, Model, Progress, ResultReader, UpdateReader, table

T = TypeVar("T")


class AsyncClient:
    """Talks to a gateway of SaliencyCluster from asyncio; make it where the event loop runs. Arguments as those of ``Client``."""

    def __init__(self, endpoint: Optional[str] = None, *, api_key: Optional[str] = None, ca: Optional[str] = None, settings: Settings = Settings()) -> None:
        self._address = Address.of(endpoint, api_key, ca)
        self._settings = settings
        where = self._address
        self._channel = (
            grpc.aio.insecure_channel(where.target, where.options) if where.credentials is None
            else grpc.aio.secure_channel(where.target, where.credentials, where.options))
        self._explanations: Any = explanations_pb2_grpc.ExplanationsStub(self._channel)  # type: ignore[no-untyped-call]
        self._models: Any = models_pb2_grpc.ModelsStub(self._channel)  # type: ignore[no-untyped-call]

    async def close(self) -> None:
        await self._channel.close()

    async def __aenter__(self) -> "AsyncClient":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def add_model(
        self, name: str, model: Union[str, "os.PathLike[str]", bytes], *, labels: Union[Sequence[str], str, "os.PathLike[str]", None] = None,
        scale: Optional[float] = None, mean: Union[float, Sequence[float], None] = None, std: Union[float, Sequence[float], None] = None,
        layout: Optional[str] = None, resize: Optional[str] = None, channel_order: Optional[str] = None) -> Model:
        """Stores an ONNX model under a name; see ``Client.add_model``."""
        async def call() -> Any:
            return await self._models.UploadModel(
                requests.upload(name, model, labels, scale, mean, std, layout, resize, channel_order), metadata=self._address.metadata)
        return Model(await self._again(call))

    async def model(self, name: str) -> Model:
        """Gets a model: its newest version, or ``name:version``."""
        return Model(await self._call(self._models.GetModel, models_pb2.GetModelRequest(name=name)))

    async def models(self) -> List[str]:
        """Gets every version of every model as ``name:version``."""
        return [f"{m.name}:{m.version}" for m in (await self._call(self._models.ListModels, models_pb2.ListModelsRequest())).models]

    async def remove_model(self, name: str) -> List[str]:
        """Forgets a version of a model, or all of them; gets what was removed."""
        return list((await self._call(self._models.RemoveModel, models_pb2.RemoveModelRequest(name=name))).removed)

    async def methods(self) -> Dict[str, Any]:
        """Gets every method by name."""
        return {m.name: m for m in (await self._call(self._explanations.ListMethods, explanations_pb2.ListMethodsRequest())).methods}

    async def explain(
        self, model: str, image: ImageLike, method: str = "gradient", *, pool: Optional[str] = None,
        on_progress: Optional[Callable[[Progress], None]] = None, partial_maps: bool = False, **options: Any) -> Explanation:
        """Explains one image now; see ``Client.explain``. Cancelling the task stops the work."""
        request = requests.explain(model, image, method, options, partial_maps, pool)

        async def call() -> Explanation:
            reader = UpdateReader()
            async for message in self._explanations.Explain(request, metadata=self._address.metadata):
                news = reader.feed(message)
                if isinstance(news, Explanation):
                    return news.check()
                if news is not None and on_progress is not None:
                    on_progress(news)
            raise SaliencyError("SAL2582", "The gateway ended the explanation without a result.", "Try again.")
        return await self._again(call)

    async def submit(
        self, model: Union[str, Sequence[str]], images: Union[ImageLike, Iterable[ImageLike]], method: Methods = "gradient", *,
        job_id: Optional[str] = None, pool: Optional[str] = None, **options: Any) -> "AsyncJob":
        """Submits a job of many images; see ``Client.submit``."""
        submission = requests.Submission(model, images, method, options, job_id, pool)

        async def call() -> Any:
            return await self._explanations.SubmitJob(submission.messages(), metadata=self._address.metadata)
        job = await (self._again(call) if submission.is_repeatable else self._once(call))
        return AsyncJob(self, job.job_id, list(job.companions))

    def job(self, job_id: str) -> "AsyncJob":
        """Gets a job by its id, without asking whether it is there."""
        return AsyncJob(self, job_id)

    async def _call(self, method: Any, request: Any) -> Any:
        async def call() -> Any:
            return await method(request, timeout=self._settings.call_timeout, metadata=self._address.metadata)
        answer: Any = await self._again(call)
        return answer

    async def _once(self, call: Callable[[], Awaitable[T]]) -> T:
        try:
            return await call()
        except grpc.RpcError as error:
            raise of_call(error, self._address.target) from error

    async def _again(self, call: Callable[[], Awaitable[T]]) -> T:
        attempt = 1
        while True:
            try:
                return await self._once(call)
            except SaliencyError as error:
                if (pause := self._settings.pause(attempt, error)) is None:
                    raise
                await asyncio.sleep(pause)
                attempt += 1

    async def _stream(self, open_stream: Callable[[], AsyncIterable[Any]]) -> AsyncIterator[Any]:
        attempt = 1
        while True:
            try:
                async for message in open_stream():
                    attempt = 1
                    yield message
                return
            except grpc.RpcError as cause:
                error = of_call(cause, self._address.target)
                if (pause := self._settings.pause(attempt, error)) is None:
                    raise error from cause
                await asyncio.sleep(pause)
                attempt += 1


class AsyncJob:
    """A job on the cluster; see ``Job``."""

    def __init__(self, client: AsyncClient, job_id: str, companions: Sequence[str] = ()) -> None:
        self._client, self.id, self.companions = client, job_id, list(companions)

    def __repr__(self) -> str:
        return f"AsyncJob({self.id!r})"

    async def status(self) -> JobStatus:
        return await self._do("GetJob", jobs_pb2.GetJobRequest)

    async def watch(self) -> AsyncIterator[JobStatus]:
        """Gets the state now and each time it changes, until the job has ended."""
        version = 0
        client = self._client
        async for message in client._stream(lambda: cast(AsyncIterable[Any], client._explanations.WatchJob(
                jobs_pb2.WatchJobRequest(job_id=self.id, after_version=version), metadata=client._address.metadata))):
            version = message.version
            yield JobStatus(message)

    async def wait(self) -> JobStatus:
        """Waits until the job has ended."""
        last: Optional[JobStatus] = None
        async for last in self.watch():
            pass
        return last if last is not None and last.has_ended else await self.status()

    async def results(self, *, maps: bool = True, follow: bool = True, first: int = 0) -> AsyncIterator[Explanation]:
        """Gets the results in the order of the images; see ``Job.results``."""
        client, reader = self._client, ResultReader(first)

        def open_stream() -> AsyncIterable[Any]:
            reader.restart()
            request = requests.results(self.id, reader.first, maps, follow)
            return cast(AsyncIterable[Any], client._explanations.ReadResults(request, metadata=client._address.metadata))
        async for message in client._stream(open_stream):
            if (result := reader.feed(message)) is not None:
                yield result

    async def table(self) -> Any:
        """Gets what is said of all finished images as a pandas table; see ``Job.table``."""
        return table([e.row() async for e in self.results(maps=False, follow=False)])

    async def pause(self) -> JobStatus:
        return await self._do("PauseJob", jobs_pb2.PauseJobRequest)

    async def resume(self) -> JobStatus:
        return await self._do("ResumeJob", jobs_pb2.ResumeJobRequest)

    async def cancel(self) -> JobStatus:
        return await self._do("CancelJob", jobs_pb2.CancelJobRequest)

    async def retry(self) -> JobStatus:
        """Computes the failed images again."""
        return await self._do("RetryJob", jobs_pb2.RetryJobRequest)

    async def delete(self) -> None:
        """Removes the job and its results from the cluster."""
        await self._client._call(self._client._explanations.DeleteJob, jobs_pb2.DeleteJobRequest(job_id=self.id))

    async def _do(self, call: str, request: Any) -> JobStatus:
        return JobStatus(await self._client._call(getattr(self._client._explanations, call), request(job_id=self.id)))
