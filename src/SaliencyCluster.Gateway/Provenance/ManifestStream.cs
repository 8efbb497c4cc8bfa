using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Client.Provenance;
using SaliencyCluster.Gateway.Cluster;
using SaliencyCluster.Gateway.Jobs;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Requests;
using SaliencyCluster.Gateway.Results;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Grains.Abstractions.Cluster;
using SaliencyCluster.Grains.Abstractions.Jobs;
using SaliencyCluster.Grains.Abstractions.Keys;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Provenance;

/// <summary>Writes and signs the manifests of jobs; holds one page of outcomes.</summary>
internal sealed class ManifestStream(IGrainFactory grains, IBlobStore blobs)
{
    private const int PageSize = 200;

    /// <summary>Gets the lines of images, and last the manifest.</summary>
    /// <exception cref="SaliencyException">SAL3002; SAL3007: the job is under way.</exception>
    public async IAsyncEnumerable<ReadManifestResponse> ReadAsync(IJobGrain job, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (status, submission) = (await EndedAsync(job), await job.GetSubmissionAsync());
        var images = new ManifestReader(blobs, submission.Images);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var piece = new MemoryStream();
        for (var next = 0; next < status.Images;)
        {
            foreach (var outcome in await job.ReadImagesAsync(next, PageSize))
            {
                var entry = await images.ReadAsync(outcome.Index, cancellation);
                piece.Write(JsonSerializer.SerializeToUtf8Bytes(Line(outcome, entry), JobManifest.Json));
                piece.WriteByte((byte)'\n');
                next = outcome.Index + 1;
            }
            if (next < status.Images && piece.Length < GatewayLimits.PieceBytes / 2) continue;
            hash.AppendData(piece.GetBuffer(), 0, (int)piece.Length);
            yield return new() { Images = ByteString.CopyFrom(piece.GetBuffer(), 0, (int)piece.Length) };
            piece.SetLength(0);
        }
        var manifest = JsonSerializer.SerializeToUtf8Bytes(Manifest(status, submission, hash.GetHashAndReset()), JobManifest.Json);
        var (signature, key) = SigningKey.Sign(await grains.GetGrain<ISecretGrain>(GrainKeys.Signing).GetAsync(), manifest);
        yield return new()
        {
            Manifest = new()
            {
                Manifest = ByteString.CopyFrom(manifest), Signature = ByteString.CopyFrom(signature), PublicKey = key.ToPem(),
            },
        };
    }

    /// <summary>Gets a job that nothing more will happen to.</summary>
    /// <exception cref="SaliencyException">SAL3002; SAL3007: the job is under way.</exception>
    public static async Task<JobStatus> EndedAsync(IJobGrain job)
    {
        var status = await job.GetAsync();
        return status.IsFinal ? status : throw new SaliencyException(
            "SAL3007", $"The job '{status.Id}' is {status.State}.", $"Wait until it has ended: saliency jobs watch {status.Id}");
    }

    private static JobManifest Manifest(JobStatus status, JobSubmission submission, byte[] lines) => new()
    {
        Job = status.Id,
        Tenant = status.Tenant,
        State = JobMapping.Write(status.State).ToString().ToLowerInvariant(),
        Created = status.Created,
        Ended = status.Finished,
        Model = status.Model,
        ModelSha256 = status.ModelHash,
        Requests = [.. status.Compared.Prepend(status.Request).Select(Request)],
        Baselines = submission.Baselines.Length == 0 ? null : submission.Baselines,
        Version = ClusterService.Version,
        Images = status.Images,
        ImagesSha256 = Convert.ToHexStringLower(lines),
    };

    private static JsonNode Request(ExplanationRequest request) =>
        JsonNode.Parse(JsonFormatter.Default.Format(OptionsMapping.Write(request)))!;

    private static ManifestImage Line(ImageOutcome outcome, ManifestEntry entry)
    {
        var state = ResultMapping.Write(outcome.State).ToString().ToLowerInvariant();
        var line = new ManifestImage(outcome.Index, outcome.Name, entry.Blob, state) { Failure = outcome.Error?.Code };
        return outcome.Result is null ? line : line with { Maps = [.. outcome.Compared.Prepend(outcome.Result).Select(Map)] };
    }

    private static ManifestMap Map(StoredExplanation map)
    {
        using var parameters = JsonDocument.Parse(map.Parameters);
        return new(map.Method ?? "", map.Map, map.Target, map.Score, map.Points, parameters.RootElement.Clone(), map.Workers)
        {
            StandardErrorSha256 = map.StandardErrorMap,
            Explained = map.Explained,
            Label = map.Label,
            ConvergenceDelta = map.ConvergenceDelta,
            StandardError = map.StandardError,
            ErrorEstimate = map.ErrorEstimate,
        };
    }
}
