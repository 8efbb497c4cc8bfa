"""Client of SaliencyCluster: which pixels of an image made a model decide?

    from saliency_cluster import Client

    with Client("127.0.0.1:50051") as client:
        client.add_model("resnet18", "resnet18.onnx")
        print(client.explain("resnet18", "photo.jpg", method="integrated-gradients").map.shape)
"""

from .aio import AsyncClient, AsyncJob
from .client import Client, Job
from .connection import Settings
from .errors import SaliencyError
from .images import Picture
from .local import LocalJob
from .results import Explanation, JobStatus, Model, Progress

__all__ = [
    "AsyncClient", "AsyncJob", "Client", "Explanation", "Job", "JobStatus", "LocalJob", "Model", "Picture", "Progress", "SaliencyError", "Settings",
]
