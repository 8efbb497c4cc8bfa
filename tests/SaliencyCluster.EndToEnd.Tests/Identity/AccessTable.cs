using Google.Protobuf;
using Grpc.Core;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Gateway.Inference.Protocol;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Identity;

/// <summary>What an RPC decides about its callers.</summary>
/// <param name="Role">The least role that it is open to.</param>
/// <param name="Stranger">What a key of another tenant is answered for the requests.</param>
/// <param name="Requests">Requests for what tenant a has.</param>
internal sealed record Access(Role Role, StatusCode Stranger, params IMessage[] Requests);

/// <summary>The decision for every RPC of the protocol. A new RPC needs a row here.</summary>
internal static class AccessTable
{
    private const string Model = GuardedCluster.Model, Job = GuardedCluster.Job, Evaluation = GuardedCluster.Evaluation;

    private static readonly ExplanationOptions Options = new() { Method = "gradient" };

    private static readonly Image Digit = new() { Name = "x", Format = ImageFormat.Tensor, Shape = { 1, 28, 28 }, Data = ByteString.CopyFrom(new byte[4 * 784]) };

    public static IReadOnlyDictionary<string, Access> Rows { get; } = new Dictionary<string, Access>
    {
        ["Models/UploadModel"] = new(Role.Submit, StatusCode.OK,
            new UploadModelRequest { Header = new() { Name = "mine" } },
            new UploadModelRequest { Data = ByteString.CopyFrom(File.ReadAllBytes(Repo.Model("mnist-mlp"))) }),
        ["Models/GetModel"] = new(Role.Submit, StatusCode.NotFound, new GetModelRequest { Name = Model }),
        ["Models/ListModels"] = new(Role.Submit, StatusCode.OK, new ListModelsRequest()),
        ["Models/RemoveModel"] = new(Role.Submit, StatusCode.NotFound, new RemoveModelRequest { Name = Model }),
        ["Models/ListQuarantined"] = new(Role.Admin, StatusCode.OK, new ListQuarantinedRequest()),
        ["Models/ReleaseModel"] = new(Role.Admin, StatusCode.NotFound, new ReleaseModelRequest { Model = Model }),
        ["Explanations/Explain"] = new(Role.Submit, StatusCode.NotFound, new ExplainRequest { Model = Model, Options = Options, Image = Digit }),
        ["Explanations/SubmitJob"] = new(Role.Submit, StatusCode.NotFound,
            new SubmitJobRequest { Header = new() { Model = Model, Options = Options } }, new SubmitJobRequest { Image = Digit }),
        ["Explanations/GetJob"] = new(Role.Submit, StatusCode.NotFound, new GetJobRequest { JobId = Job }),
        ["Explanations/ListJobs"] = new(Role.Submit, StatusCode.OK, new ListJobsRequest()),
        ["Explanations/WatchJob"] = new(Role.Submit, StatusCode.NotFound, new WatchJobRequest { JobId = Job }),
        ["Explanations/ReadResults"] = new(Role.Submit, StatusCode.NotFound, new ReadResultsRequest { JobId = Job }),
        ["Explanations/CancelJob"] = new(Role.Submit, StatusCode.NotFound, new CancelJobRequest { JobId = Job }),
        ["Explanations/PauseJob"] = new(Role.Submit, StatusCode.NotFound, new PauseJobRequest { JobId = Job }),
        ["Explanations/ResumeJob"] = new(Role.Submit, StatusCode.NotFound, new ResumeJobRequest { JobId = Job }),
        ["Explanations/RetryJob"] = new(Role.Submit, StatusCode.NotFound, new RetryJobRequest { JobId = Job }),
        ["Explanations/ListImages"] = new(Role.Submit, StatusCode.NotFound, new ListImagesRequest { JobId = Job }),
        ["Explanations/WatchImage"] = new(Role.Submit, StatusCode.NotFound, new WatchImageRequest { JobId = Job }),
        ["Explanations/ReadImage"] = new(Role.Submit, StatusCode.NotFound, new ReadImageRequest { JobId = Job }),
        ["Explanations/ReadManifest"] = new(Role.Submit, StatusCode.NotFound, new ReadManifestRequest { JobId = Job }),
        ["Explanations/ReplayJob"] = new(Role.Submit, StatusCode.NotFound, new ReplayJobRequest { JobId = Job, Images = { 0 } }),
        ["Explanations/RenderImage"] = new(Role.Submit, StatusCode.NotFound, new RenderImageRequest { JobId = Job }),
        ["Explanations/ReprioritizeJob"] = new(Role.Submit, StatusCode.NotFound, new ReprioritizeJobRequest { JobId = Job, Weight = 2 }),
        ["Explanations/DeleteJob"] = new(Role.Submit, StatusCode.NotFound, new DeleteJobRequest { JobId = Job }),
        ["Explanations/ListMethods"] = new(Role.Submit, StatusCode.OK, new ListMethodsRequest()),
        ["Evaluations/SubmitEvaluation"] = new(Role.Submit, StatusCode.NotFound,
            new SubmitEvaluationRequest { Header = new() { Model = Model, Options = new() { Infidelity = new() } } }, new SubmitEvaluationRequest { Image = new() { Image = Digit } }),
        ["Evaluations/GetEvaluation"] = new(Role.Submit, StatusCode.NotFound, new GetEvaluationRequest { EvaluationId = Evaluation }),
        ["Evaluations/ListEvaluations"] = new(Role.Submit, StatusCode.OK, new ListEvaluationsRequest()),
        ["Evaluations/WatchEvaluation"] = new(Role.Submit, StatusCode.NotFound, new WatchEvaluationRequest { EvaluationId = Evaluation }),
        ["Evaluations/ReadReport"] = new(Role.Submit, StatusCode.NotFound, new ReadReportRequest { EvaluationId = Evaluation, File = ReportFile.Html }),
        ["Evaluations/CancelEvaluation"] = new(Role.Submit, StatusCode.NotFound, new CancelEvaluationRequest { EvaluationId = Evaluation }),
        ["Evaluations/DeleteEvaluation"] = new(Role.Submit, StatusCode.NotFound, new DeleteEvaluationRequest { EvaluationId = Evaluation }),
        ["Cluster/ListTenants"] = new(Role.Admin, StatusCode.OK, new ListTenantsRequest()),
        ["Cluster/GetCluster"] = new(Role.Operate, StatusCode.OK, new GetClusterRequest()),
        ["Cluster/WatchCluster"] = new(Role.Submit, StatusCode.OK, new WatchClusterRequest { HistorySeconds = 300 }),
        ["GRPCInferenceService/ServerMetadata"] = new(Role.Submit, StatusCode.OK, new ServerMetadataRequest()),
        ["GRPCInferenceService/ModelReady"] = new(Role.Submit, StatusCode.NotFound, new ModelReadyRequest { Name = Model }),
        ["GRPCInferenceService/ModelMetadata"] = new(Role.Submit, StatusCode.NotFound, new ModelMetadataRequest { Name = Model }),
        ["GRPCInferenceService/ModelInfer"] = new(Role.Submit, StatusCode.NotFound, new ModelInferRequest { ModelName = Model }),
        ["Cluster/DrainWorker"] = new(Role.Operate, StatusCode.NotFound, new DrainWorkerRequest { Worker = "nobody" }),
    };
}
