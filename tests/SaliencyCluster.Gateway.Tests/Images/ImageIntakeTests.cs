using Microsoft.Extensions.Logging.Abstractions;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Gateway.Images;
using SaliencyCluster.Gateway.Limits;
using SaliencyCluster.Gateway.Tests.Fakes;
using SaliencyCluster.Imaging;
using SaliencyCluster.Protocol.V1;
using StoredFormat = SaliencyCluster.Grains.Abstractions.Blobs.ImageFormat;

namespace SaliencyCluster.Gateway.Tests.Images;

public sealed class ImageIntakeTests
{
    private readonly MemoryBlobs _blobs = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tensor_is_stored_as_npy()
    {
        var image = new Image { Name = "x", Format = ImageFormat.Tensor, Shape = { 1, 2 } };
        var entry = await Intake().StoreAsync(Call(), image, new byte[] { 0, 0, 128, 63, 0, 0, 0, 64 }, "image", Cancellation);
        Assert.Equal(("x", StoredFormat.Tensor), (entry.Name, entry.Format));
        var stored = NpyFile.Read(_blobs.Blobs[entry.Blob], "x");
        Assert.Equal([1, 2], stored.Shape);
        Assert.Equal([1f, 2f], stored.Data);
    }

    [Fact]
    public async Task A_picture_is_stored_as_it_is()
    {
        var image = new Image { Name = "x", Format = ImageFormat.Encoded };
        var entry = await Intake().StoreAsync(Call(), image, new byte[] { 1, 2 }, "image", Cancellation);
        Assert.Equal(StoredFormat.Picture, entry.Format);
        Assert.Equal([1, 2], _blobs.Blobs[entry.Blob]);
    }

    public static TheoryData<Image, int, string, string> Wrong => new()
    {
        { new Image { Name = "x" }, 4, "SAL2603", "image.format" },
        { new Image { Name = "x", Format = ImageFormat.Encoded }, 0, "SAL2603", "image.data" },
        { new Image { Name = "x", Format = ImageFormat.Encoded }, 101, "SAL2608", "image.data" },
        { new Image { Name = "a/b", Format = ImageFormat.Encoded }, 4, "SAL2612", "image.name" },
        { new Image { Name = "x", Format = ImageFormat.Tensor }, 4, "SAL2610", "image.shape" },
        { new Image { Name = "x", Format = ImageFormat.Tensor, Shape = { 3 } }, 4, "SAL2610", "image.shape" },
        { new Image { Name = "x", Format = ImageFormat.Tensor, Shape = { 0 } }, 4, "SAL2610", "image.shape" },
        { new Image { Name = "x", Format = ImageFormat.Tensor, Shape = { -1, -1 } }, 4, "SAL2610", "image.shape" },
        { new Image { Name = "x", Format = ImageFormat.Tensor, Shape = { 1 << 30, 1 << 30, 1 << 30 } }, 4, "SAL2610", "image.shape" },
        { new Image { Name = "x", Format = ImageFormat.Tensor, Shape = { 1, 1, 1, 1, 1, 1, 1, 1, 1 } }, 4, "SAL2610", "image.shape" },
    };

    [Theory, MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public async Task An_incomplete_image_is_refused_and_not_stored(Image image, int bytes, string code, string field)
    {
        var error = await Assert.ThrowsAsync<InvalidRequestException>(
            () => Intake().StoreAsync(Call(), image, new byte[bytes], "image", Cancellation));
        Assert.Equal((code, field), (error.Code, error.Fields.Single().Field));
        Assert.Empty(_blobs.Blobs);
    }

    private static ImageIntake Intake() => new(new GatewayLimits { MaxImageBytes = 100 });

    private CallBlobs Call() => new IntakeBlobs(_blobs, null!, NullLogger<IntakeBlobs>.Instance).Begin();
}
