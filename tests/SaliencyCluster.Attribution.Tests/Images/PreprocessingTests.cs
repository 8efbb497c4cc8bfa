using SaliencyCluster.Attribution.Tests.Fakes;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Attribution.Tests.Images;

public class PreprocessingTests
{
    private static readonly Preprocessing Bears = new(0.00392156862745098, [0.5, 0.5, 0.5], [0.25]);

    [Theory]
    [InlineData("bears", "fox-on-snow", "bears-clean", 3, 64)]
    [InlineData("bears", "polar-bear-on-grass", "bears-clean", 3, 64)]
    [InlineData("mnist", "digit-3", "mnist-cnn", 1, 28)]
    public void Sample_pictures_become_the_reference_inputs(string folder, string image, string model, int channels, int size)
    {
        var picture = PictureDecoder.Decode(File.ReadAllBytes(Path.Combine(Repo.Root, "samples", "images", folder, image + ".png")), image);
        var preprocessing = folder == "mnist" ? Preprocessing.Default : Bears;
        var input = preprocessing.Apply(picture, FakeNetwork.Linear(channels, size, size).Summary);
        var reference = NpyFile.ReadFile(Repo.Golden("inputs", model, image + ".npy"));
        Assert.Equal(reference.Shape, input.Shape);
        for (var i = 0; i < input.Data.Length; i++) Assert.Equal(reference.Data[i], input.Data[i], 1e-6f);
    }

    [Fact]
    public void Bytes_that_are_no_picture_are_refused_by_name()
    {
        var error = Assert.Throws<SaliencyException>(() => PictureDecoder.Decode([1, 2, 3, 4], "x.png"));
        Assert.Equal("SAL2120: 'x.png' cannot be read as a picture: it is no PNG, JPEG, WebP, GIF (first frame), BMP or TIFF (first "
            + "page). Give a PNG, JPEG, WebP, GIF (first frame), BMP or TIFF (first page) file, or a prepared tensor as .npy.",
            error.Message);
    }

    [Fact]
    public void A_cut_off_picture_is_refused()
    {
        var file = File.ReadAllBytes(Path.Combine(Repo.Root, "samples", "images", "bears", "fox-on-snow.png"));
        Assert.Equal("SAL2120", Assert.Throws<SaliencyException>(() => PictureDecoder.Decode(file.AsSpan(0, file.Length / 2), "cut.png")).Code);
    }

    [Theory]
    [InlineData(new[] { 0.5, 0.5 }, new[] { 1.0 }, "SAL2123: The preprocessing does not fit the model: mean has 2 numbers for 3 channel(s). Give one number, or one for each channel; no deviation of 0.")]
    [InlineData(new[] { 0.5 }, new[] { 1.0, 0, 1 }, "SAL2123: The preprocessing does not fit the model: std is 1, 0, 1. Give one number, or one for each channel; no deviation of 0.")]
    public void Numbers_that_do_not_fit_the_channels_are_refused(double[] mean, double[] std, string message)
    {
        var picture = new PixelImage(1, 1, [1, 2, 3]);
        var error = Assert.Throws<SaliencyException>(() => new Preprocessing(1, mean, std).Apply(picture, FakeNetwork.Linear(3, 1, 1).Summary));
        Assert.Equal(message, error.Message);
    }

    [Fact]
    public void A_model_that_takes_no_pictures_is_named()
    {
        var error = Assert.Throws<SaliencyException>(() => Preprocessing.Default.Apply(new(1, 1, [1, 2, 3]), FakeNetwork.Linear(7).Summary));
        Assert.Equal("SAL2122", error.Code);
    }

    [Fact]
    public void Stretching_keeps_constant_pictures_and_ramps()
    {
        var flat = new PixelImage(5, 7, [.. Enumerable.Repeat((byte)77, 3 * 35)]);
        Assert.All(PixelResizing.To(flat, 11, 3).Rgb, b => Assert.Equal(77, b));

        var ramp = new PixelImage(1, 4, [0, 0, 0, 40, 40, 40, 80, 80, 80, 120, 120, 120]);
        Assert.Equal([29, 91], PixelResizing.To(ramp, 1, 2).Rgb.Where((_, i) => i % 3 == 0).Select(b => (int)b)); // as Pillow
        Assert.Equal([0, 10, 30, 50, 70, 90, 110, 120], PixelResizing.To(ramp, 1, 8).Rgb.Where((_, i) => i % 3 == 0).Select(b => (int)b));
    }
}
