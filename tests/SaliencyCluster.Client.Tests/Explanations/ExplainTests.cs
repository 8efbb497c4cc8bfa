using Google.Protobuf;
using SaliencyCluster.Client.Explanations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Client.Tests.Fakes;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Tests.Explanations;

public sealed class ExplainTests
{
    private static readonly ExplanationOptions Gradient = new() { Method = "gradient" };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Updates_come_in_order_and_end_with_the_map()
    {
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Explain = async (request, stream, _) =>
            {
                await stream.WriteAsync(new() { Started = new() { JobId = "e" } });
                await stream.WriteAsync(new() { Progress = new() { PointsDone = 1, PointsTotal = 2 } });
                await stream.WriteAsync(new() { PartialMap = new() { Shape = { 2 }, Data = ByteString.CopyFrom(new byte[4]) } });
                await stream.WriteAsync(new() { PartialMap = new() { Shape = { 2 }, Offset = 4, Data = ByteString.CopyFrom(new byte[4]) } });
                await stream.WriteAsync(new() { Map = new() { Shape = { 1 }, Data = ByteString.CopyFrom(BitConverter.GetBytes(0.5f)) } });
                await stream.WriteAsync(new() { Result = new() { Name = request.Image.Name } });
            },
        });
        using var client = gateway.Client();
        var updates = await client.ExplainAsync("m", Gradient, Picture, partialMaps: true, Cancellation).ToListAsync(Cancellation);
        Assert.Equal(["Started", "Progress", "Partial", "Finished"], updates.Select(u => u.GetType().Name));
        var answer = Assert.IsType<ExplainUpdate.Finished>(updates[^1]).Answer;
        Assert.Equal("picture", answer.Result.Name);
        Assert.Equal([0.5f], answer.Map!.Values);
    }

    [Fact]
    public async Task Leaving_the_loop_cancels_the_call_at_the_gateway()
    {
        var cancelled = new TaskCompletionSource();
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Explain = async (_, stream, cancellation) =>
            {
                await using var registration = cancellation.Register(cancelled.SetResult);
                await stream.WriteAsync(new() { Started = new() { JobId = "e" } });
                await cancelled.Task;
            },
        });
        using var client = gateway.Client();
        await foreach (var update in client.ExplainAsync("m", Gradient, Picture, cancellation: Cancellation))
        {
            Assert.IsType<ExplainUpdate.Started>(update);
            break;
        }
        await cancelled.Task.WaitAsync(Cancellation);
    }

    private static ImageInput Picture => ImageInput.FromEncoded("picture", new byte[] { 1, 2, 3 });
}
