using Google.Protobuf;
using Grpc.Core;
using SaliencyCluster.Client.Errors;
using SaliencyCluster.Client.Images;
using SaliencyCluster.Client.Tests.Fakes;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Tests.Jobs;

public sealed class JobClientTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watching_goes_on_behind_the_last_version_when_the_connection_is_lost()
    {
        var asked = new List<long>();
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Watch = async (request, stream) =>
            {
                asked.Add(request.AfterVersion);
                if (asked.Count == 1) await stream.WriteAsync(new Job { Version = 7, State = JobState.Running });
                if (asked.Count < 3) throw Script.Lost();
                await stream.WriteAsync(new Job { Version = 9, State = JobState.Done });
            },
        });
        using var client = gateway.Client();
        var seen = await client.Jobs.WatchAsync("j", Cancellation).Select(j => j.Version).ToListAsync(Cancellation);
        Assert.Equal([7, 9], seen);
        Assert.Equal([0, 7, 7], asked);
    }

    [Fact]
    public async Task Watching_opens_the_stream_again_when_a_gateway_ends_it_before_the_job_has_ended()
    {
        var calls = 0;
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Watch = (_, stream) => stream.WriteAsync(new Job { Version = ++calls, State = calls == 1 ? JobState.Running : JobState.Cancelled }),
        });
        using var client = gateway.Client();
        Assert.Equal([JobState.Running, JobState.Cancelled], await client.Jobs.WatchAsync("j", Cancellation).Select(j => j.State).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Watching_goes_on_when_the_gateway_cancels_its_streams_as_it_stops()
    {
        var calls = 0;
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Watch = (_, stream) => ++calls == 1
                ? throw new RpcException(new Status(StatusCode.Cancelled, "stopping"))
                : stream.WriteAsync(new Job { Version = 1, State = JobState.Done }),
        });
        using var client = gateway.Client();
        Assert.Single(await client.Jobs.WatchAsync("j", Cancellation).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task Watching_gives_up_when_no_gateway_comes_back_in_time()
    {
        var calls = 0;
        await using var gateway = await FakeGateway.StartAsync(new Script { Watch = (_, _) => ++calls > 0 ? throw Script.Lost() : Task.CompletedTask });
        using var client = gateway.Client(reconnectFor: TimeSpan.FromSeconds(30));
        var error = await Assert.ThrowsAsync<GatewayException>(async () => await client.Jobs.WatchAsync("j", Cancellation).ToListAsync(Cancellation));
        Assert.Equal("SAL2580", error.Code);
        // 0.2 + 0.4 + 0.8 + 1.6 + 3.2 + 5 + 5 + 5 + 5 + 5 s of pauses are the first to reach 30 s.
        Assert.Equal(11, calls);
    }

    [Fact]
    public async Task Reading_results_goes_on_with_the_first_image_that_was_not_read_whole()
    {
        var asked = new List<int>();
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Read = async (request, stream) =>
            {
                asked.Add(request.FirstImage);
                for (var index = request.FirstImage; index < 3; index++)
                {
                    await stream.WriteAsync(new ReadResultsResponse { Map = Chunk(0, index) });
                    // The connection breaks between the map of image 1 and its result.
                    if (asked.Count == 1 && index == 1) throw Script.Lost();
                    await stream.WriteAsync(new ReadResultsResponse { Result = new ImageResult { Index = index, State = ImageState.Done } });
                }
            },
        });
        using var client = gateway.Client();
        var read = await client.Jobs.ReadResultsAsync("j", cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.Equal([0, 1, 2], read.Select(i => i.Result.Index));
        Assert.Equal([0f, 1f, 2f], read.Select(i => i.Map!.Values.Single()));
        Assert.Equal([0, 1], asked);
    }

    [Fact]
    public async Task An_image_of_more_than_a_mebibyte_is_sent_in_pieces()
    {
        var pieces = new List<Image>();
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            Submit = async stream =>
            {
                await foreach (var message in stream.ReadAllAsync()) if (message.Image is { } image) pieces.Add(image);
                return new Job { JobId = "j" };
            },
        });
        using var client = gateway.Client();
        var values = Enumerable.Range(0, 300_000).Select(i => (float)i).ToArray();
        var images = new[] { ImageInput.FromTensor("large", [300_000], values), ImageInput.FromEncoded("small", new byte[] { 1 }) };
        await client.Jobs.SubmitAsync("m", new() { Method = "gradient" }, images.ToAsyncEnumerable(), cancellation: Cancellation);
        Assert.Equal([(1_048_576, true, "large"), (151_424, false, ""), (1, false, "small")], pieces.Select(p => (p.Data.Length, p.More, p.Name)));
        // Assert.Equal would box every one of 1.2 million bytes: seconds, and minutes on a busy machine.
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values).SequenceEqual(pieces[..2].SelectMany(p => p.Data).ToArray()));
    }

    [Fact]
    public async Task Listing_follows_the_pages()
    {
        await using var gateway = await FakeGateway.StartAsync(new Script
        {
            List = (request, _) => Task.FromResult(new ListJobsResponse { Jobs = { new Job { JobId = "after " + request.PageToken } }, NextPageToken = request.PageToken == "b" ? "" : request.PageToken == "a" ? "b" : "a" }),
        });
        using var client = gateway.Client();
        Assert.Equal(["after ", "after a", "after b"], await client.Jobs.ListAsync(Cancellation).Select(j => j.JobId).ToListAsync(Cancellation));
    }

    private static TensorChunk Chunk(long offset, float value) => new() { Shape = { 1 }, Offset = offset, Data = ByteString.CopyFrom(BitConverter.GetBytes(value)) };
}
