using Grpc.Core;
using Grpc.Net.Client;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.BadInput;

/// <summary>What is said over gRPC for everything that a caller can do wrong: status, code, texts and fields, held in a reviewed file.</summary>
public sealed class BadCallTests(SharedCluster cluster)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_bad_call_is_answered_with_the_reviewed_code_and_text()
    {
        var approved = new ApprovedTexts("calls.approved.txt");
        foreach (var (row, call) in BadCalls.All) approved.Say(row, Text(await Assert.ThrowsAsync<GatewayException>(() => call(cluster.Client))));
        approved.Check();
    }

    [Fact]
    public async Task Limits_are_told_with_their_names()
    {
        using var data = new TemporaryFolder();
        await using var gateway = await TestProcess.StartAsync("gateway", data.Path, limits: new GatewayLimits { MaxModelBytes = 1000, MaxImagesPerJob = 2, MaxImageBytes = 4000 });
        using var client = gateway.Client();
        var model = await Assert.ThrowsAsync<GatewayException>(() => client.Models.AddAsync("m", File.OpenRead(Repo.Model("mnist-mlp")), cancellation: Cancellation));
        Assert.Equal((StatusCode.ResourceExhausted, "SAL2605: The model 'm' is larger than 1000 bytes, the most that this gateway takes. Shrink the model, or raise Saliency:Gateway:Limits:MaxModelBytes."), (model.Status, model.Message));
    }

    [Fact]
    public async Task A_full_disk_is_told_and_the_gateway_lives_on()
    {
        using var data = new TemporaryFolder();
        await using var gateway = await TestProcess.StartAsync("gateway+worker", data.Path);
        using var client = gateway.Client();
        await SharedCluster.AddAsync(client, "mnist-mlp");
        // A folder that has become a file stands for a disk that takes nothing more.
        var blobs = data.File("blobs");
        Directory.Move(blobs, blobs + "-away");
        await File.WriteAllTextAsync(blobs, "", Cancellation);
        var error = await Assert.ThrowsAsync<GatewayException>(() => client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Many(1), cancellation: Cancellation));
        Assert.Equal((StatusCode.ResourceExhausted, "SAL9101"), (error.Status, error.Code));
        Assert.StartsWith($"The blob store {blobs} cannot be written: ", error.What, StringComparison.Ordinal);
        Assert.Equal("Make room or correct its permissions; work under way goes on by itself afterwards.", error.Next);
        File.Delete(blobs);
        Directory.Move(blobs + "-away", blobs);
        Assert.NotNull((await client.ExplainToEndAsync("mnist-mlp", new() { Method = "gradient" }, Digits.Tensor(1), Cancellation)).Map);
    }

    [Fact]
    public async Task Pages_are_checked()
    {
        using var channel = GrpcChannel.ForAddress(cluster.Grpc);
        var stub = new Explanations.ExplanationsClient(channel);
        var size = await Assert.ThrowsAsync<RpcException>(async () => await stub.ListJobsAsync(new ListJobsRequest { PageSize = 201 }, cancellationToken: Cancellation));
        Assert.Equal("SAL2604: The field 'page_size' is 201; it must be from 1 to 200, or 0 for 50. Ask for smaller pages and follow next_page_token.", size.Status.Detail);
        var token = await Assert.ThrowsAsync<RpcException>(async () => await stub.ListJobsAsync(new ListJobsRequest { PageToken = "x" }, cancellationToken: Cancellation));
        Assert.StartsWith("SAL3008: ", token.Status.Detail, StringComparison.Ordinal);
    }

    private static string Text(GatewayException error) =>
        $"{error.Status} {error.Code}\n{error.What}\n{error.Next}{string.Concat(error.Fields.Select(f => $"\n{f.Field}: {f.Description}"))}";
}
