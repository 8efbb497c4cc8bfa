using System.Text.Json;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Explain;

/// <summary>Pictures that have not the model's size, by hand arithmetic: a linear model of 3x2x2 and a picture of 2x6.</summary>
public sealed class PictureTests : IDisposable
{
    // Weights 1 to 12; the score of class 0 is their product with the input.
    private static readonly float[] Weights = [.. Enumerable.Range(1, 12).Select(i => (float)i)];
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-pictures").FullName;
    private bool _rescales; // whether the model divides pixels by 255 itself

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_crop_explains_the_centre_and_says_where_it_lies_in_the_picture()
    {
        var result = await ExplainAsync("--resize", "crop", "--geometry", "picture", "--show-input");
        Assert.Equal(Expected(blueFirst: false), Map("gradient-times-input.npy").Data);
        var input = result.GetProperty("input");
        Assert.Equal("short side to 2, centre cropped to 2x2 (as torchvision's CenterCrop), by antialiased bilinear interpolation, as "
            + "Pillow's BILINEAR", input.GetProperty("resize").GetString());
        Assert.Equal(("rgb", 8), (input.GetProperty("channelOrder").GetString(), input.GetProperty("bits").GetInt32()));
        var place = input.GetProperty("geometry");
        Assert.Equal((2, 6, 2, 2), (Int("pictureHeight"), Int("pictureWidth"), Int("modelHeight"), Int("modelWidth")));
        Assert.Equal((1, 1, 0, -2), (Int("scaleY"), Int("scaleX"), Int("offsetY"), Int("offsetX")));

        // On the picture: columns 2 and 3 of 6, zero where it was cut off.
        var wide = Map("gradient-times-input.picture.npy");
        Assert.Equal([3, 2, 6], wide.Shape);
        var narrow = Expected(blueFirst: false);
        for (var i = 0; i < wide.Data.Length; i++)
            Assert.Equal(i % 6 is 2 or 3 ? narrow[(i / 6 * 2) + (i % 6) - 2] : 0, wide.Data[i]);

        var seen = PictureDecoder.Decode(
            await File.ReadAllBytesAsync(Path.Combine(_folder, "wide", "input.png"), TestContext.Current.CancellationToken), "input.png");
        Assert.Equal((2, 2), (seen.Height, seen.Width));
        Assert.Equal(Seen(), seen.Rgb);

        int Int(string name) => place.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Blue_first_swaps_what_the_model_sees()
    {
        var result = await ExplainAsync("--resize", "crop", "--channel-order", "bgr");
        Assert.Equal("bgr", result.GetProperty("input").GetProperty("channelOrder").GetString());
        Assert.Equal(Expected(blueFirst: true), Map("gradient-times-input.npy").Data);
    }

    [Fact]
    public async Task A_model_that_rescales_pixels_itself_is_told_to_see_nothing_of_small_ones()
    {
        _rescales = true;
        var notes = (await ExplainAsync("--resize", "crop")).GetProperty("notes");
        Assert.StartsWith("The model multiplies its input by 0.00392 itself, and this image's values reach 0.796: it sees next to nothing",
            notes[0].GetString(), StringComparison.Ordinal);
        var whole = await ExplainAsync("--resize", "crop", "--scale", "1");
        Assert.DoesNotContain("multiplies", whole.GetRawText(), StringComparison.Ordinal);
        var map = Map("gradient-times-input.npy").Data;
        Assert.Equal(Expected(blueFirst: false), map, (a, b) => Math.Abs(a - b) < 1e-5);
        var shown = await Run.Of(["models", "show", Path.Combine(_folder, "model.onnx")]);
        Assert.Contains("from 0 to 255 (--scale 1)", shown.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_card_and_a_preprocessor_config_say_the_same_as_options()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "model.json"), """{ "preset": "config/preprocessor_config.json", "channelOrder": "bgr" }""", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(Path.Combine(_folder, "config"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "config", "preprocessor_config.json"), """
            { "do_resize": true, "size": { "shortest_edge": 2 }, "do_center_crop": true, "crop_size": { "height": 2, "width": 2 },
                "resample": 3,
              "do_rescale": true, "rescale_factor": 0.00392156862745098, "do_normalize": false,
                  "image_processor_type": "CLIPImageProcessor" }
            """, TestContext.Current.CancellationToken);
        var result = await ExplainAsync();
        Assert.Equal(Expected(blueFirst: true), Map("gradient-times-input.npy").Data);
        Assert.EndsWith("as Pillow's BICUBIC", result.GetProperty("input").GetProperty("resize").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_a_tiff_is_named_behind_the_file()
    {
        Assert.Equal(0, (await RunAsync("--resize", "crop")).Exit);
        using var files = JsonDocument.Parse(await File.ReadAllTextAsync(
            Path.Combine(Repo.Root, "tests", "references", "pictures.json"), TestContext.Current.CancellationToken));
        var scan = files.RootElement.GetProperty("files").EnumerateArray().Single(f =>
            f.GetProperty("name").GetString() == "tiff-two-pages");
        var path = Path.Combine(_folder, "scan.tif");
        await File.WriteAllBytesAsync(path, scan.GetProperty("file").GetBytesFromBase64(), TestContext.Current.CancellationToken);
        var run = await Run.Of(["explain", "--local", "--model", Path.Combine(_folder, "model.onnx"), "--input", path + "#2", path + "#3",
            "--method", "gradient-times-input", "--target", "0", "--out", _folder]);
        Assert.Contains("it has no page 3", run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.All(NpyFile.ReadFile(Path.Combine(_folder, "scan-page-2", "gradient-times-input.npy")).Data, v =>
            Assert.Equal(0, v)); // it is black
        Assert.False(Directory.Exists(Path.Combine(_folder, "scan-page-3")));
    }

    [Theory]
    [InlineData("--resize", "croop", "SAL2503", "did you mean 'crop'")]
    [InlineData("--interpolation", "cubic", "SAL2503", "did you mean 'bicubic'")]
    [InlineData("--preset", "imagnet", "SAL2503", "did you mean 'imagenet'")]
    [InlineData("--channel-order", "gbr", "SAL2503", "`rgb` or `bgr`")]
    [InlineData("--short-side", "256", "SAL2503", "It goes with `--resize crop`")]
    [InlineData("--size", "0", "SAL2503", "from 1 to 16384")]
    [InlineData("--size", "4", "SAL2123", "brought to 4 rows or columns, and the model takes 2")]
    [InlineData("--fill", "300", "SAL2503", "from 0 to 255")]
    [InlineData("--resize", "none", "SAL2124", "it is not to be resized")]
    [InlineData("--geometry", "both", "SAL2503", "`model` or `picture`")]
    public async Task What_does_not_fit_is_refused(string option, string value, string code, string says)
    {
        var run = await RunAsync(option, value);
        Assert.NotEqual(0, run.Exit);
        Assert.Contains(code, run.Error, StringComparison.Ordinal);
        Assert.Contains(says, run.Error.ReplaceLineEndings(" "), StringComparison.OrdinalIgnoreCase);
    }

    private async Task<JsonElement> ExplainAsync(params string[] more)
    {
        var run = await RunAsync(more);
        Assert.True(run.Exit == 0, run.Error);
        using var result = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(_folder, "wide", "result.json"), TestContext.Current.CancellationToken));
        return result.RootElement.Clone();
    }

    private async Task<Run> RunAsync(params string[] more)
    {
        var (model, picture) = (Path.Combine(_folder, "model.onnx"), Path.Combine(_folder, "wide.png"));
        var weights = Enumerable.Range(0, 24).Select(i => i % 2 == 0 ? Weights[i / 2] : 0f).ToArray();
        var builder = new ModelBuilder().Input("x", -1, 3, 2, 2).Weight("w", [12, 2], weights).Longs("row", -1, 12);
        if (_rescales) builder.Weight("255", [], 255).Node("Div", "x 255", "scaled");
        builder.Node("Reshape", _rescales ? "scaled row" : "x row", "r").Node("MatMul", "r w", "y").Output("y", -1, 2);
        await File.WriteAllBytesAsync(model, builder.ToBytes(), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(
            picture, PictureEncoder.Png(new(2, 6, [.. Enumerable.Range(0, 36).Select(i => (byte)(i * 7))])),
            TestContext.Current.CancellationToken);
        return await Run.Of(["explain", "--local", "--model", model, "--input", picture, "--method", "gradient-times-input", "--target",
            "0", "--out", _folder, .. more]);
    }

    private Attribution.Tensor Map(string name) => NpyFile.ReadFile(Path.Combine(_folder, "wide", name));

    // Columns 2 and 3 of both rows, interleaved.
    private static byte[] Seen() => [.. Enumerable.Range(0, 36).Where(i => i / 3 % 6 is 2 or 3).Select(i => (byte)(i * 7))];

    private static float[] Expected(bool blueFirst)
    {
        var seen = Seen();
        return [.. Enumerable.Range(0, 12).Select(i =>
            Weights[i] * (float)(seen[(3 * (i % 4)) + (blueFirst ? 2 - (i / 4) : i / 4)] * 0.00392156862745098))];
    }
}
