"""A client of saliency.v1 in Python: uploads a model, explains one digit live, runs a job, reads an error. Prints one line."""
import struct
import sys

import grpc
from google.rpc import error_details_pb2, status_pb2

from saliency.v1 import explanations_pb2, explanations_pb2_grpc, jobs_pb2, models_pb2, models_pb2_grpc, requests_pb2

PIECE = 1 << 20
endpoint, model_file, picture_file = sys.argv[1:]
channel = grpc.insecure_channel(endpoint)
models = models_pb2_grpc.ModelsStub(channel)
explanations = explanations_pb2_grpc.ExplanationsStub(channel)
options = requests_pb2.ExplanationOptions(method="integrated-gradients", steps=32, rule="riemann_middle")
picture = requests_pb2.Image(name="digit", format=requests_pb2.IMAGE_FORMAT_ENCODED, data=open(picture_file, "rb").read())


def upload():
    yield models_pb2.UploadModelRequest(header=models_pb2.ModelHeader(name="python", labels=[str(i) for i in range(10)]))
    with open(model_file, "rb") as file:
        while piece := file.read(PIECE):
            yield models_pb2.UploadModelRequest(data=piece)


def read(chunks):
    data = b"".join(chunk.data for chunk in chunks)
    return struct.unpack(f"<{len(data) // 4}f", data)


model = models.UploadModel(upload())
events = list(explanations.Explain(explanations_pb2.ExplainRequest(model="python", options=options, image=picture)))
live, result = read([e.map for e in events if e.HasField("map")]), events[-1].result

header = jobs_pb2.SubmitJobRequest(header=jobs_pb2.JobHeader(model="python", options=options))
job = explanations.SubmitJob(iter([header, jobs_pb2.SubmitJobRequest(image=picture)]))
states = [j.state for j in explanations.WatchJob(jobs_pb2.WatchJobRequest(job_id=job.job_id))]
parts = list(explanations.ReadResults(explanations_pb2.ReadResultsRequest(job_id=job.job_id, follow=True)))
stored = read([p.map for p in parts if p.HasField("map")])

try:
    explanations.GetJob(jobs_pb2.GetJobRequest(job_id="nothing"))
    reason = "no error"
except grpc.RpcError as error:
    status = status_pb2.Status.FromString(dict(error.trailing_metadata())["grpc-status-details-bin"])
    info = error_details_pb2.ErrorInfo()
    status.details[0].Unpack(info)
    reason = f"{error.code().name} {info.reason}"

assert live == stored, "the live map and the job's map differ"
assert states[-1] == jobs_pb2.JOB_STATE_DONE, states
print(f"{model.name}:{model.version} target {result.target} ({result.label}), {len(live)} values, {result.points} points, {reason}")
