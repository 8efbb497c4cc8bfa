"""The synchronous client."""

from __future__ import annotations

import os
import time
from functools import partial
from typing import Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence, TypeVar, Union, cast

import grpc

from . import requests
from ._protocol import explanations_pb2, explanations_pb2_grpc, jobs_pb2, models_pb2, models_pb2_grpc
from .connection import Address, Settings
from .errors import SaliencyError, of_call
from .images import ImageLike
from .local import LocalJob
from .options import Methods
from .progress import Bar
from .results import Explanation, JobStatus, Model, Progress, ResultReader, UpdateReader, table

T = TypeVar("T")


class Client:
    """Talks to a gateway of SaliencyCluster. Thread-safe; close it, or use it in a ``with`` statement.

    Args:
        endpoint: ``host:port``, ``http://host:port`` or ``https://host:port`` of the gateway's gRPC port. Default: ``SALIENCY_ENDPOINT`` of the
            environment, else ``http://127.0.0.1:50051``.
        api_key: default: ``SALIENCY_API_KEY`` of the environment, else none.
        ca: file of certificates (PEM) that the gateway's is checked with; default: those of the system.
        settings: time limits and retries.
    """

    def __init__(self, endpoint: Optional[str] = None, *, api_key: Optional[str] = None, ca: Optional[str] = None, settings: Settings = Settings()) -> None:
        self._address = Address.of(endpoint, api_key, ca)
        self._settings = settings
        where = self._address
        self._channel = (
            grpc.insecure_channel(where.target, where.options) if where.credentials is None
            else grpc.secure_channel(where.target, where.credentials, where.options))
        self._explanations: Any = explanations_pb2_grpc.ExplanationsStub(self._channel)  # type: ignore[no-untyped-call]
        self._models: Any = models_pb2_grpc.ModelsStub(self._channel)  # type: ignore[no-untyped-call]

    def close(self) -> None:
        self._channel.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Models

    def add_model(
        self, name: str, model: Union[str, "os.PathLike[str]", bytes], *, labels: Union[Sequence[str], str, "os.PathLike[str]", None] = None,
        scale: Optional[float] = None, mean: Union[float, Sequence[float], None] = None, std: Union[float, Sequence[float], None] = None,
        layout: Optional[str] = None, resize: Optional[str] = None, channel_order: Optional[str] = None) -> Model:
        """Stores an ONNX model under a name; the same file and header again give the version that there is.

        Args:
            name: what requests call it.
            model: an ONNX file or its bytes.
            labels: class names in the order of the output, or a text file with one a line.
            scale, mean, std: input = (pixel * scale - mean) / std per channel, pixel from 0 to 255; default: pixel / 255.
            layout: ``nchw`` or ``nhwc``; default: as the graph reads its input.
            resize: ``stretch`` (default), ``crop``, ``fit`` or ``none``.
            channel_order: ``rgb`` (default) or ``bgr``.
        """
        def call() -> Any:
            return self._models.UploadModel(
                requests.upload(name, model, labels, scale, mean, std, layout, resize, channel_order), metadata=self._address.metadata)
        return Model(self._again(call))

    def model(self, name: str) -> Model:
        """Gets a model: its newest version, or ``name:version``."""
        return Model(self._call(self._models.GetModel, models_pb2.GetModelRequest(name=name)))

    def models(self) -> List[str]:
        """Gets every version of every model as ``name:version``."""
        return [f"{m.name}:{m.version}" for m in self._call(self._models.ListModels, models_pb2.ListModelsRequest()).models]

    def remove_model(self, name: str) -> List[str]:
        """Forgets a version of a model, or all of them; gets what was removed."""
        return list(self._call(self._models.RemoveModel, models_pb2.RemoveModelRequest(name=name)).removed)

    def methods(self) -> Dict[str, Any]:
        """Gets every method by name: its summary, cost and options (``saliency.v1.Method``)."""
        return {m.name: m for m in self._call(self._explanations.ListMethods, explanations_pb2.ListMethodsRequest()).methods}

    # One image

    def explain(
        self, model: str, image: ImageLike, method: str = "gradient", *, pool: Optional[str] = None,
        on_progress: Optional[Callable[[Progress], None]] = None, partial_maps: bool = False, **options: Any) -> Explanation:
        """Explains one image now, before all batch work.

        Args:
            model: the name of a registered model.
            image: a file, bytes of a picture file, an array (uint8 pixels, or floats as the model's input) or a PIL image.
            method: such as ``integrated-gradients``; ``methods()`` has all.
            on_progress: called with each :class:`Progress`; with ``partial_maps`` also with the map so far.
            options: of the method, as in ``saliency explain``: ``target``, ``steps``, ``samples``, ``seed``, ``tolerance``, ...
        """
        request = requests.explain(model, image, method, options, partial_maps, pool)
        return self._again(lambda: self._explain(request, on_progress))

    def _explain(self, request: Any, on_progress: Optional[Callable[[Progress], None]]) -> Explanation:
        reader = UpdateReader()
        for message in self._explanations.Explain(request, metadata=self._address.metadata):
            news = reader.feed(message)
            if isinstance(news, Explanation):
                return news.check()
            if news is not None and on_progress is not None:
                on_progress(news)
        raise SaliencyError("SAL2582", "The gateway ended the explanation without a result.", "Try again.")

    # Jobs

    def submit(
        self, model: Union[str, Sequence[str]], images: Union[ImageLike, Iterable[ImageLike]], method: Methods = "gradient", *,
        job_id: Optional[str] = None, pool: Optional[str] = None, **options: Any) -> "Job":
        """Submits a job of many images; it is stored when this returns.

        Args:
            model: the name of a registered model, or several that explain the same images (``Job.companions``).
            images: a folder, a list, a batch of arrays [N,...], or a generator, which is read one image at a time and sent once.
            method: a method, or several that explain the same images; each a name or ``(name, {options of its own})``.
            job_id: an id of your own: submitting again with it is harmless. Default: a random one.
            options: of all methods.
        """
        submission = requests.Submission(model, images, method, options, job_id, pool)

        def call() -> Any:
            return self._explanations.SubmitJob(submission.messages(), metadata=self._address.metadata)
        job = self._again(call) if submission.is_repeatable else self._once(call)
        return Job(self, job.job_id, list(job.companions))

    def job(self, job_id: str) -> "Job":
        """Gets a job by its id, without asking whether it is there."""
        return Job(self, job_id)

    def jobs(self, *, state: Optional[str] = None, model: str = "", text: str = "") -> Iterator[JobStatus]:
        """Gets jobs, newest first: in a state, of a model, or with a text in id, model or method."""
        states = [] if state is None else [jobs_pb2.JobState.Value(f"JOB_STATE_{state.upper()}")]
        token = ""
        while True:
            page = self._call(self._explanations.ListJobs, jobs_pb2.ListJobsRequest(page_token=token, states=states, model=model, text=text))
            yield from map(JobStatus, page.jobs)
            if not (token := page.next_page_token):
                return

    # Calls

    def _call(self, method: Any, request: Any) -> Any:
        return self._again(partial(method, request, timeout=self._settings.call_timeout, metadata=self._address.metadata))

    def _once(self, call: Callable[[], T]) -> T:
        try:
            return call()
        except grpc.RpcError as error:
            raise of_call(error, self._address.target) from error

    def _again(self, call: Callable[[], T]) -> T:
        attempt = 1
        while True:
            try:
                return self._once(call)
            except SaliencyError as error:
                if (pause := self._settings.pause(attempt, error)) is None:
                    raise
                time.sleep(pause)
                attempt += 1

    def _stream(self, open_stream: Callable[[], Iterable[Any]]) -> Iterator[Any]:
        """Reads a stream that can go on after a lost connection: ``open_stream`` opens it where the last one ended."""
        attempt = 1
        while True:
            try:
                for message in open_stream():
                    attempt = 1
                    yield message
                return
            except grpc.RpcError as cause:
                error = of_call(cause, self._address.target)
                if (pause := self._settings.pause(attempt, error)) is None:
                    raise error from cause
                time.sleep(pause)
                attempt += 1


class Job:
    """A job on the cluster. It goes on whether or not anybody watches.

    Attributes:
        id: its id; ``Client.job(id)`` finds it again.
        companions: ids of the jobs of a comparison's further models.
    """

    def __init__(self, client: Client, job_id: str, companions: Sequence[str] = ()) -> None:
        self._client, self.id, self.companions = client, job_id, list(companions)

    def __repr__(self) -> str:
        return f"Job({self.id!r})"

    def status(self) -> JobStatus:
        return self._do("GetJob", jobs_pb2.GetJobRequest)

    def watch(self) -> Iterator[JobStatus]:
        """Gets the state now and each time it changes, until the job has ended."""
        version = 0
        client = self._client
        for message in client._stream(lambda: cast(Iterable[Any], client._explanations.WatchJob(
                jobs_pb2.WatchJobRequest(job_id=self.id, after_version=version), metadata=client._address.metadata))):
            version = message.version
            yield JobStatus(message)

    def wait(self, progress: bool = False) -> JobStatus:
        """Waits until the job has ended; with a bar on the terminal or in the notebook where ``progress`` asks for one."""
        last: Optional[JobStatus] = None
        with Bar(self.id, progress) as bar:
            for last in self.watch():
                bar.show(last)
        return last if last is not None and last.has_ended else self.status()

    def results(self, *, maps: bool = True, follow: bool = True, first: int = 0) -> Iterator[Explanation]:
        """Gets the results in the order of the images, each method of an image in turn; failed images too (``Explanation.failure``).

        Args:
            maps: whether maps are wanted, or only what is said about them.
            follow: whether to wait for images that are not finished; otherwise they are passed over.
            first: index of the first image.
        """
        client, reader = self._client, ResultReader(first)

        def open_stream() -> Iterable[Any]:
            reader.restart()
            request = requests.results(self.id, reader.first, maps, follow)
            return cast(Iterable[Any], client._explanations.ReadResults(request, metadata=client._address.metadata))
        for message in client._stream(open_stream):
            if (result := reader.feed(message)) is not None:
                yield result

    def table(self) -> Any:
        """Gets what is said of all finished images as a pandas table, or as a list of dictionaries where pandas is not installed."""
        return table([e.row() for e in self.results(maps=False, follow=False)])

    def download(self, folder: Union[str, "os.PathLike[str]"], progress: bool = False) -> LocalJob:
        """Writes all results into a folder and follows the job until it has ended. Called again it goes on where it was left."""
        status = self.status()
        local = LocalJob(folder)
        done = local.first_missing(1 + len(status.message.compared))
        with Bar(self.id, progress) as bar:
            for result in self.results(first=done):
                local.append(result)
                bar.count(result.index + 1, status.images)
        return local

    def pause(self) -> JobStatus:
        return self._do("PauseJob", jobs_pb2.PauseJobRequest)

    def resume(self) -> JobStatus:
        return self._do("ResumeJob", jobs_pb2.ResumeJobRequest)

    def cancel(self) -> JobStatus:
        return self._do("CancelJob", jobs_pb2.CancelJobRequest)

    def retry(self) -> JobStatus:
        """Computes the failed images again."""
        return self._do("RetryJob", jobs_pb2.RetryJobRequest)

    def delete(self) -> None:
        """Removes the job and its results from the cluster."""
        self._client._call(self._client._explanations.DeleteJob, jobs_pb2.DeleteJobRequest(job_id=self.id))

    def _do(self, call: str, request: Any) -> JobStatus:
        return JobStatus(self._client._call(getattr(self._client._explanations, call), request(job_id=self.id)))
