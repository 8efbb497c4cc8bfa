using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Google.Rpc;
using Grpc.Core;
using Grpc.Net.Client;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Identity.Keys;
using SaliencyCluster.Gateway.Inference.Protocol;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.TestKit;
using static SaliencyCluster.Gateway.Inference.Protocol.ModelInferRequest.Types;

namespace SaliencyCluster.EndToEnd.Tests.Inference;

/// <summary>Calls of the inference protocols at a gateway without workers.</summary>
public sealed class InferencePatienceTests
{
    private const string Model = "mnist-mlp";
    private const int ImageBytes = 28 * 28 * sizeof(float);

    [Fact]
    public async Task A_call_at_a_pool_without_workers_is_told_so_when_its_patience_is_over_and_leaves_nothing()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        // Room for one image: what a call left behind would stand in the way of the next.
        var (file, key) = (folder.File("keys.json"), ApiKey.Create("lab"));
        KeyFileChange.Apply(file, _ => [new()
        {
            Id = "lab", Tenant = "lab", Role = Role.Submit, Hash = key.Hash, Created = DateTimeOffset.UnixEpoch,
            Limits = new() { StoredBytes = new FileInfo(Repo.Model(Model)).Length + ImageBytes },
        }]);
        await using var gateway = await TestProcess.StartAsync("gateway", folder.File("data"), gateway: o => o with
        {
            KeysFile = file, Limits = new GatewayLimits { InferencePatience = TimeSpan.FromMilliseconds(200) },
        });
        using var client = gateway.Client(key.Text);
        await SharedCluster.AddAsync(client, Model);

        var headers = new Metadata { { "authorization", $"Bearer {key.Text}" } };
        using var channel = GrpcChannel.ForAddress(gateway.Addresses!.Grpc);
        var grpc = new GRPCInferenceService.GRPCInferenceServiceClient(channel);
        var input = (await grpc.ModelMetadataAsync(new() { Name = Model }, headers, cancellationToken: cancellation)).Inputs.Single();
        var request = new ModelInferRequest { ModelName = Model, Parameters = { ["pool"] = new() { StringParam = "nobody" } },
            Inputs = { new InferInputTensor { Name = input.Name, Datatype = "FP32", Shape = { 1, input.Shape.Skip(1) } } },
            RawInputContents = { ByteString.CopyFrom(new byte[ImageBytes]) } };
        var refused = await Assert.ThrowsAsync<RpcException>(async () =>
            await grpc.ModelInferAsync(request, headers, cancellationToken: cancellation));
        Assert.Equal(StatusCode.Unavailable, refused.StatusCode);
        Assert.StartsWith("SAL2625: No worker served the pool 'nobody' for 0.2 seconds", refused.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(30, refused.GetRpcStatus()!.GetDetail<RetryInfo>()!.RetryDelay.Seconds);

        using var http = new HttpClient { BaseAddress = gateway.Addresses.Http };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key.Text);
        var body = new JsonObject { ["instances"] = new JsonArray(new JsonArray(new JsonArray([.. Enumerable.Range(0, 28).Select(_ =>
            (JsonNode)new JsonArray([.. Enumerable.Range(0, 28).Select(_ => (JsonNode)0)]))]))) };
        using var answer = await http.PostAsJsonAsync($"/v1/models/{Model}:predict", body, cancellation);
        Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(30)), (answer.StatusCode, answer.Headers.RetryAfter?.Delta));
        Assert.Equal("SAL2625", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellation))!["code"]);

        Assert.Empty(gateway.Errors.Lines);
    }
}
