using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Gateway.Images;
using SaliencyCluster.Gateway.Jobs;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Tests.Fakes;
using SaliencyCluster.Grains.Abstractions.Blobs;
using SaliencyCluster.Onnx;
using SaliencyCluster.Protocol.V1;
using ImageFormat = SaliencyCluster.Protocol.V1.ImageFormat;

namespace SaliencyCluster.Gateway.Tests.Jobs;

public sealed class JobIntakeTests
{
    private readonly MemoryBlobs _blobs = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Images_are_listed_in_the_order_in_which_they_came_and_pieces_are_joined()
    {
        var list = await ReadAsync(Piece("a", 1, more: true), Piece("", 2, more: true), Piece("", 3), Piece("b", 4));
        var reader = new ManifestReader(_blobs, list);
        var (first, second) = (await reader.ReadAsync(0, Cancellation), await reader.ReadAsync(1, Cancellation));
        Assert.Equal((2, "a", "b"), (list.Count, first.Name, second.Name));
        Assert.Equal([1, 2, 3], _blobs.Blobs[first.Blob]);
        Assert.Equal([4], _blobs.Blobs[second.Blob]);
    }

    [Fact]
    public async Task The_same_images_again_are_the_same_list_so_that_a_submit_may_be_repeated() =>
        Assert.Equal(await ReadAsync(Piece("a", 1), Piece("b", 2)), await ReadAsync(Piece("a", 1), Piece("b", 2)));

    public static TheoryData<string, SubmitJobRequest[], string, string> Wrong => new()
    {
        { "none", [], "SAL2613", "The job has no images." },
        { "a header later", [new SubmitJobRequest { Header = new() }], "SAL2601", "A message in place of 'image[0]' has no image." },
        { "end inside", [Piece("a", 1, more: true)], "SAL2601", "The stream ends in the middle of 'image[0]'." },
        { "too many", [Piece("a", 1), Piece("b", 1), Piece("c", 1)], "SAL2607", "The job has more than 2 images, the most that this gateway takes." },
        { "too large", [Piece("a", 1, more: true, size: 60), Piece("", 1, more: true, size: 60)], "SAL2608", "The image has more than 100 bytes, the most that this gateway takes." },
        { "piece too large", [Piece("a", 1, size: (1 << 20) + 1)], "SAL2609", "A piece of 'image[0].data' has 1048577 bytes; the most is 1048576." },
        { "second has no format", [Piece("a", 1), new SubmitJobRequest { Image = new() { Name = "b", Data = ByteString.CopyFrom(1) } }], "SAL2603", "The format of the image 'b' is not given." },
    };

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task A_stream_that_is_not_a_list_of_images_is_refused(string why, SubmitJobRequest[] messages, string code, string what)
    {
        var error = await Assert.ThrowsAnyAsync<SaliencyException>(() => ReadAsync(messages));
        Assert.Equal((why, code, what), (why, error.Code, error.What));
    }

    [Fact]
    public async Task A_stream_that_does_not_begin_with_a_header_is_refused()
    {
        var error = await Assert.ThrowsAnyAsync<SaliencyException>(() => JobIntake.ReadHeaderAsync(new MessageStream<SubmitJobRequest>(Piece("a", 1)), Cancellation));
        Assert.Equal(("SAL2601", "The job does not begin with a header."), (error.Code, error.What));
    }

    [Fact]
    public async Task Images_that_exceed_the_room_of_a_tenant_are_refused_before_they_are_stored_and_those_before_go()
    {
        var limits = new GatewayLimits();
        var stream = new MessageStream<SubmitJobRequest>(Piece("a", 1, size: 60), Piece("b", 2, size: 60), Piece("c", 3, size: 60));
        var room = new Room(100);
        var intake = new IntakeBlobs(_blobs, null!, NullLogger<IntakeBlobs>.Instance);
        await using (var call = new CallBlobs(intake, new StorageReservation(room, "Job/t/one", new(null, 1000, null))))
        {
            var error = await Assert.ThrowsAnyAsync<SaliencyException>(
                () => new JobIntake(new ImageIntake(limits), limits, new(limits, true)).ReadImagesAsync(stream, "t", call, Cancellation));
            Assert.Equal(("SAL3011", "The tenant 't' would store more than its limit of 1000 bytes."), (error.Code, error.What));
            Assert.Equal("b", stream.Current.Image.Name);
            Assert.Single(_blobs.Blobs);
        }
        Assert.Empty(_blobs.Blobs);
        Assert.Equal(0, room.Held);
    }

    [Fact]
    public async Task What_has_come_of_an_image_takes_memory_until_it_is_stored()
    {
        var limits = new GatewayLimits { MaxImageBytes = 4 << 20, MaxCallBytes = 12 << 20 };
        var memory = new CallMemory(limits, isShared: true);
        // A tenant has room for the largest body, 10 MiB.
        using var other = memory.Begin("t");
        other.Take(8 << 20);
        var intake = new JobIntake(new ImageIntake(limits), limits, memory);
        var call = new IntakeBlobs(_blobs, null!, NullLogger<IntakeBlobs>.Instance).Begin();
        const int Size = 1 << 20;
        SubmitJobRequest[] image = [Piece("a", 1, more: true, Size), Piece("", 1, more: true, Size), Piece("", 1, size: Size)];
        var error = await Assert.ThrowsAnyAsync<SaliencyException>(() =>
            intake.ReadImagesAsync(new MessageStream<SubmitJobRequest>(image), "t", call, Cancellation));
        Assert.Equal("SAL2623", error.Code);
        // Both times all is given back.
        other.Release();
        other.Take(7 << 20);
        var both = new MessageStream<SubmitJobRequest>([.. image, .. image]);
        Assert.Equal(2, (await intake.ReadImagesAsync(both, "t", call, Cancellation)).Count);
        other.Take(3 << 20);
    }

    [Fact]
    public async Task A_full_disk_is_told_as_it_is()
    {
        _blobs.IsFull = true;
        Assert.Equal("SAL9101", (await Assert.ThrowsAnyAsync<SaliencyException>(() => ReadAsync(Piece("a", 1)))).Code);
    }

    private async Task<ManifestReference> ReadAsync(params SubmitJobRequest[] messages)
    {
        var limits = new GatewayLimits { MaxImageBytes = 100, MaxImagesPerJob = 2 };
        var intake = new JobIntake(new ImageIntake(limits), limits, new(limits, isShared: true));
        // Left open: what it stored is looked at.
        var call = new IntakeBlobs(_blobs, null!, NullLogger<IntakeBlobs>.Instance).Begin();
        return await intake.ReadImagesAsync(new MessageStream<SubmitJobRequest>(messages), "t", call, Cancellation);
    }

    private static SubmitJobRequest Piece(string name, byte value, bool more = false, int size = 1) => new()
    {
        Image = new() { Name = name, Format = ImageFormat.Encoded, Data = ByteString.CopyFrom([.. Enumerable.Repeat(value, size)]), More = more },
    };
}
