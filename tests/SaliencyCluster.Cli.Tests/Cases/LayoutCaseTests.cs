using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Imaging;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Cli.Tests.Cases;

/// <summary>The same function with channels first and last: every map must be the same after transposing.</summary>
public sealed class LayoutCaseTests : CaseFolder
{
    private static readonly string First = Case("nhwc", "m-nchw.onnx"), Last = Case("nhwc", "m-nhwc.onnx");
    private static readonly string FirstImage = Case("nhwc", "img-chw.npy"), LastImage = Case("nhwc", "img-hwc.npy");

    [Theory]
    [InlineData("gradient")]
    [InlineData("smoothgrad --samples 4")]
    [InlineData("smoothgrad --samples 4 --sampling latin-hypercube")]
    [InlineData("integrated-gradients --steps 4 --baseline blur")]
    [InlineData("integrated-gradients --steps 4 --baseline mean,uniform")]
    [InlineData("blur-integrated-gradients --steps 4")]
    [InlineData("guided-integrated-gradients --steps 4")]
    [InlineData("guided-backprop")]
    [InlineData("guided-grad-cam")]
    [InlineData("guided-grad-cam --upsampling bilinear")]
    [InlineData("grad-cam")]
    [InlineData("grad-cam-plus-plus")]
    [InlineData("layer-cam")]
    [InlineData("hires-cam")]
    [InlineData("xgrad-cam")]
    [InlineData("eigen-cam")]
    [InlineData("eigen-grad-cam")]
    [InlineData("score-cam")]
    [InlineData("ablation-cam")]
    [InlineData("feature-ablation")]
    [InlineData("shapley")]
    [InlineData("deeplift")]
    [InlineData("deepshap --baseline black,white")]
    [InlineData("kernel-shap --segments grid:3")]
    [InlineData("lime --segments grid:3 --samples 60")]
    [InlineData("occlusion --window 3,3 --stride 3,3")]
    [InlineData("occlusion --window 5,4 --stride 2,3 --baseline mean")]
    [InlineData("rise --samples 20")]
    [InlineData("xrai --steps 4")]
    [InlineData("sobel")]
    [InlineData("canny")]
    [InlineData("random")]
    public async Task Maps_are_those_of_the_same_model_with_channels_first(string method)
    {
        var (first, _, _) = await Explain(First, FirstImage, $"--target 1 --method {method}");
        var (last, result, _) = await Explain(Last, LastImage, $"--target 1 --method {method}");
        Assert.Equal("nhwc", result.GetProperty("layout").GetString());
        if (first.Shape[0] == 3) Assert.Equal([24, 32, 3], last.Shape);
        var turned = last.Shape[^1] == 3 ? last.ToChannelsFirst(ImageLayout.ChannelsLast) : last;
        Assert.Equal(first.Shape, turned.Shape);
        Assert.InRange(Error(turned, first), 0, 1e-6);
    }

    [Fact]
    public async Task The_heat_map_has_the_rows_and_columns_of_the_image()
    {
        await Explain(First, FirstImage, "--target 1 --method gradient");
        await Explain(Last, LastImage, "--target 1 --method gradient");
        Assert.Equal(Picture("0", "img-chw"), Picture("1", "img-hwc"));
    }

    [Fact]
    public async Task No_picture_is_written_where_none_is_wanted()
    {
        await Explain(First, FirstImage, "--target 1 --method gradient --no-picture");
        Assert.Equal(["gradient.npy", "result.json"], Directory.EnumerateFiles(Path.Combine(Out, "0", "img-chw")).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_picture_is_explained_as_the_array_it_becomes()
    {
        var picture = Path.Combine(Out, "picture.png");
        var rgb = new byte[24 * 32 * 3];
        new Random(1).NextBytes(rgb);
        await File.WriteAllBytesAsync(picture, PictureEncoder.Png(new(24, 32, rgb)), TestContext.Current.CancellationToken);
        var array = Path.Combine(Out, "array.npy");
        await File.WriteAllBytesAsync(array, NpyFile.Write(new([24, 32, 3], Array.ConvertAll(rgb, v => (float)(v * 0.00392156862745098)))), TestContext.Current.CancellationToken);
        var (fromPicture, result, _) = await Explain(Last, picture, "--target 1 --method gradient");
        var recipe = result.GetProperty("input");
        Assert.Equal(("picture", "rgb", 0.00392156862745098), (recipe.GetProperty("holds").GetString(), recipe.GetProperty("channelOrder").GetString(), recipe.GetProperty("scale").GetDouble()));
        Assert.StartsWith("stretched to 24x32 by antialiased bilinear", recipe.GetProperty("resize").GetString(), StringComparison.Ordinal);
        var (fromArray, _, _) = await Explain(Last, array, "--target 1 --method gradient");
        Assert.Equal(fromArray.Data, fromPicture.Data);
    }

    [Theory]
    [InlineData(24, 32, 3)] // as pictures are stored
    [InlineData(3, 24, 32)]
    public async Task An_array_of_uint8_holds_pixels_whatever_its_layout(int first, int second, int third)
    {
        int[] shape = [first, second, third];
        var pixels = Tensor.Zeros(shape);
        var bytes = new byte[pixels.Data.Length];
        new Random(2).NextBytes(bytes);
        var (u1, f4) = (Path.Combine(Out, "u1.npy"), Path.Combine(Out, "f4.npy"));
        await File.WriteAllBytesAsync(u1, BytesFile(shape, bytes), TestContext.Current.CancellationToken);
        var image = new Tensor(shape, Array.ConvertAll(bytes, v => (float)(v * 0.00392156862745098)));
        var firsts = third == 3 ? image.ToChannelsFirst(ImageLayout.ChannelsLast) : image;
        await File.WriteAllBytesAsync(f4, NpyFile.Write(firsts), TestContext.Current.CancellationToken);
        var (expected, _, _) = await Explain(First, f4, "--target 1 --method gradient");
        Assert.Equal(expected.Data, (await Explain(First, u1, "--target 1 --method gradient")).Map.Data);
        Assert.Equal(expected.Data, (await Explain(Last, u1, "--target 1 --method gradient")).Map.ToChannelsFirst(ImageLayout.ChannelsLast).Data);
    }

    [Fact]
    public async Task A_layout_that_is_given_is_taken_and_shown()
    {
        var shown = await Run.Of("models", "show", Last);
        Assert.Contains("[24,32,3], channels last (nhwc, as node", shown.Out, StringComparison.Ordinal);
        Assert.Contains("[24,32,3], channels first (nchw)", (await Run.Of("models", "show", Last, "--layout", "nchw")).Out, StringComparison.Ordinal);
        var refused = await Run.Of("models", "show", Last, "--layout", "hwc");
        Assert.Equal(1, refused.Exit);
        Assert.Contains("nchw", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_array_with_channels_first_is_refused_with_the_models_own_shape()
    {
        var refused = await Refused(Last, FirstImage, "--target 1 --method gradient");
        Assert.Equal(3, refused.Exit);
        Assert.Contains("takes [24,32,3], channels last", refused.Error, StringComparison.Ordinal);
        Assert.Contains("has shape [3,24,32]", refused.Error, StringComparison.Ordinal);
    }

    private byte[] Picture(string run, string image) => File.ReadAllBytes(Path.Combine(Out, run, image, "gradient.png"));

    private static byte[] BytesFile(int[] shape, byte[] data)
    {
        var text = $"{{'descr': '|u1', 'fortran_order': False, 'shape': ({string.Join(", ", shape)}), }}".PadRight(117) + "\n";
        return [0x93, .. "NUMPY"u8, 1, 0, (byte)text.Length, 0, .. System.Text.Encoding.ASCII.GetBytes(text), .. data];
    }

    private static double Error(Tensor map, Tensor expected) =>
        Math.Sqrt(map.Data.Zip(expected.Data, (a, b) => Math.Pow(a - b, 2)).Sum() / expected.Data.Sum(v => (double)v * v));
}
