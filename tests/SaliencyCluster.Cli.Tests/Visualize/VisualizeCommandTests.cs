using System.Text.Json;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Visualize;

public sealed class VisualizeCommandTests : IDisposable
{
    private static readonly string Mnist = Repo.Model("mnist-cnn"), Seven = Path.Combine(Repo.Root, "samples", "images", "mnist");
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-visualize").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Pictures_of_a_class_are_called_so_when_they_are_read_back_and_restarts_differ()
    {
        var run = await Maximize("--unit", "3", "--restarts", "2", "--steps", "128");
        Assert.Equal(0, run.Exit);
        Assert.StartsWith("3: 2 x 128 steps = 256 gradients, and 26 forward passes", run.Out, StringComparison.Ordinal);
        var result = Result("3");
        foreach (var restart in result.GetProperty("restarts").EnumerateArray())
        {
            Assert.Equal(3, restart.GetProperty("class").GetInt32());
            Assert.InRange(restart.GetProperty("probability").GetDouble(), 0.99, 1);
            Assert.True(restart.GetProperty("savedScore").GetDouble() > restart.GetProperty("frames")[0].GetProperty("score").GetDouble()
                + 5);
        }
        Assert.True(result.GetProperty("pixelDistances")[0][1].GetDouble() > 5);
        Assert.True(result.GetProperty("featureDistances")[0][1].GetDouble() > 0.01);
        // What `explain` says of the files is what was said of them.
        var explained = await Run.Of("explain", "--local", "--model", Mnist, "--input", Path.Combine(_folder, "3", "restart-1.png"),
            "--method", "gradient", "--out", Path.Combine(_folder, "again"), "--json");
        Assert.Equal(
            result.GetProperty("restarts")[0].GetProperty("savedScore").GetDouble(),
            JsonDocument.Parse(explained.Out).RootElement.GetProperty("images")[0].GetProperty("score").GetDouble(), 1e-3);
        Assert.All((string[])["3/strip.png", "3/restart-2.npy", "grid.png"], file => Assert.True(File.Exists(Path.Combine(_folder, file))));
        Assert.False(File.Exists(Path.Combine(_folder, "3", "restart-1-steps.png")));
        var page = Page();
        Assert.Contains("The model calls all 2 saved pictures 3, with at least 9", page, StringComparison.Ordinal);
        Assert.Contains("The picture is not unique", page, StringComparison.Ordinal);
        Assert.Contains($"--restarts 2 --steps 128", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_on_the_way_are_written_as_an_animation_whose_picture_without_animation_is_the_end()
    {
        Assert.Equal(0, (await Maximize("--unit", "3", "--steps", "9", "--animation", "apng", "--basis", "pixel")).Exit);
        var bytes = await File.ReadAllBytesAsync(Path.Combine(_folder, "3", "restart-1-steps.png"), TestContext.Current.CancellationToken);
        var still = Imaging.PictureDecoder.Decode(bytes, "steps");
        var end = Imaging.PictureDecoder.Decode(
            await File.ReadAllBytesAsync(Path.Combine(_folder, "3", "restart-1.png"), TestContext.Current.CancellationToken), "end");
        // Each pixel eight times as wide and high.
        Assert.Equal((28 * 8, 28 * 8), (still.Height, still.Width));
        Assert.All(Enumerable.Range(0, 28 * 28), i => Assert.Equal(
            end.Rgb[3 * i], still.Rgb[3 * ((((i / 28 * 8) + 3) * still.Width) + (i % 28 * 8) + 5)]));
        Assert.Equal(3, Result("3").GetProperty("restarts")[0].GetProperty("files").GetArrayLength());
    }

    [Fact]
    public async Task Phases_alone_make_a_picture_of_a_class_with_the_mean_magnitudes_of_ones_own_images()
    {
        var run = await Maximize("--unit", "3", "--basis", "maco", "--spectrum", Seven, "--steps", "128");
        Assert.True(run.Exit == 0, run.Error);
        Assert.Equal("the mean of 10 images", Result("3").GetProperty("spectrum").GetString());
        var restart = Result("3").GetProperty("restarts")[0];
        Assert.Equal(3, restart.GetProperty("class").GetInt32());
        Assert.InRange(restart.GetProperty("probability").GetDouble(), 0.9, 1);
        Assert.Contains("the mean of 10 images", Page(), StringComparison.Ordinal);
        Assert.DoesNotContain("note: magnitudes", run.Error, StringComparison.Ordinal);
        Assert.Contains("note: magnitudes fall as 1/frequency",
            (await Maximize("--unit", "3", "--basis", "maco", "--steps", "2")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_results_holds_no_key()
    {
        Assert.Equal(0, (await Maximize("--unit", "3", "--steps", "2", "--api-key", "s3cret")).Exit);
        Assert.Contains("--api-key ...", Page(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", Page(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_call_writes_the_same_bytes()
    {
        var arrays = new List<byte[]>();
        foreach (var lanes in (string[])["1", "2"])
        {
            Assert.Equal(0, (await Maximize("--unit", "last-conv@2", "--restarts", "2", "--copies", "3", "--steps", "9", "--lanes",
                lanes)).Exit);
            arrays.Add(await File.ReadAllBytesAsync(Path.Combine(_folder, "last-conv@2", "restart-2.npy"),
                TestContext.Current.CancellationToken));
        }
        Assert.Equal(arrays[0], arrays[1]);
    }

    [Fact]
    public async Task A_channel_rises_and_its_score_is_the_mean_over_its_grid()
    {
        var run = await Maximize("--unit", "last-conv@2", "--steps", "40", "--basis", "pixel", "--tv", "0.5");
        Assert.Equal(0, run.Exit);
        var restart = Result("last-conv@2").GetProperty("restarts")[0];
        double[] scores = [.. restart.GetProperty("frames").EnumerateArray().Select(f => f.GetProperty("score").GetDouble())];
        Assert.True(scores[^1] > scores[0]);
        Assert.Equal(scores[^1], restart.GetProperty("savedScore").GetDouble(), 0.02 * Math.Abs(scores[^1]));
        Assert.Equal(40, restart.GetProperty("trace").GetArrayLength());
    }

    [Fact]
    public async Task A_first_layer_is_inverted_to_a_few_percent_and_its_distance_falls_window_by_window()
    {
        var picture = Directory.EnumerateFiles(Seven, "*.png").Order(StringComparer.Ordinal).First();
        var run = await Run.Of("visualize", "invert", Mnist, picture, "--layer", "/conv1/Conv_output_0", "--local", "--out", _folder);
        Assert.True(run.Exit == 0, run.Error);
        var restart = JsonDocument.Parse(await File.ReadAllTextAsync(Directory.EnumerateFiles(_folder, "result.json",
            SearchOption.AllDirectories).Single(), TestContext.Current.CancellationToken))
            .RootElement.GetProperty("restarts")[0];
        Assert.InRange(restart.GetProperty("relativeError").GetDouble(), 0, 0.05);
        double[] windows = [.. restart.GetProperty("trace").EnumerateArray().Select(t => -t.GetDouble()).Chunk(64).Select(w =>
            w.Average())];
        Assert.Equal(windows.OrderDescending(), windows);
        Assert.Contains("The given image", Page(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SAL2010", "--unit", "eleven")]
    [InlineData("SAL2013", "--unit", "11")]
    [InlineData("SAL2021", "--unit", "nothing@3")]
    [InlineData("SAL2013", "--unit", "last-conv@999")]
    [InlineData("SAL2503", "--unit", "last-conv@1,2")]
    [InlineData("SAL2503", "--unit", "3", "--rate", "0")]
    [InlineData("SAL2503", "--unit", "3", "--steps", "many")]
    [InlineData("SAL2003", "--unit", "3", "--steps", "1001")]
    [InlineData("SAL2503", "--unit", "3", "--restarts", "65")]
    [InlineData("SAL2503", "--unit", "3", "--animation", "gif")]
    [InlineData("SAL2503", "--unit", "3", "--spectrum", "nowhere.png")]
    [InlineData("SAL2510", "--unit", "3", "--basis", "maco", "--spectrum", "nowhere.png")]
    [InlineData("SAL2503", "--unit", "3", "--basis", "maco", "--spectrum", "nowhere.png", "--from", "nowhere.png")]
    [InlineData("SAL2503", "--unit", "3", "--basis", "pixel,jitter=3")]
    [InlineData("SAL2510", "--unit", "3", "--from", "nowhere.png")]
    [InlineData("SAL2513", "--unit", "3", "--unit", "3")]
    public async Task What_cannot_be_drawn_is_refused_before_anything_is_computed(string code, params string[] more)
    {
        var run = await Maximize(more);
        Assert.NotEqual(0, run.Exit);
        Assert.StartsWith($"error {code}", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.png", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_picture_that_is_no_fox_to_the_model_is_told_and_one_that_starts_farther_away_is_one()
    {
        string[] fox = ["visualize", "maximize", Repo.Model("bears-clean"), "--local", "--out", _folder, "--unit", "3", "--steps", "100"];
        Assert.Contains("note: 1 of 1 pictures of '3' are something else", (await Run.Of(fox)).Error, StringComparison.Ordinal);
        var run = await Run.Of([.. fox, "--start", "3"]);
        Assert.DoesNotContain("note:", run.Error, StringComparison.Ordinal);
        Assert.InRange(Result("3").GetProperty("restarts")[0].GetProperty("probability").GetDouble(), 0.99, 1);
    }

    [Fact]
    public async Task Help_has_examples()
    {
        var run = await Run.Of("visualize", "maximize", "--help");
        Assert.Contains("saliency visualize maximize samples/models/mnist-cnn.onnx --unit 3", run.Out, StringComparison.Ordinal);
    }

    /// <summary>Values and places are those of the activation's array; what is lost without a channel is what Ablation-CAM weighs it
    /// by.</summary>
    [Fact]
    public async Task Units_show_the_images_that_each_channel_answers_to_most()
    {
        var run = await Units("--class", "3", "--top", "4", "--drawn", "5");
        Assert.Equal(0, run.Exit);
        var units = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "units.json"),
            TestContext.Current.CancellationToken)).RootElement;
        Assert.Equal(10, units.GetProperty("images").GetInt32());
        var explained = await Run.Of("explain", "--local", "--model", Mnist, "--input", Seven, "--method", "activation", "--out",
            Path.Combine(_folder, "maps"), "--json");
        Assert.Equal(0, explained.Exit);
        var maps = JsonDocument.Parse(explained.Out).RootElement.GetProperty("images").EnumerateArray().Select(i =>
            i.GetProperty("image").GetString()!)
            .ToDictionary(i => i, i => Imaging.NpyFile.Read(File.ReadAllBytes(Path.Combine(_folder, "maps", i, "activation.npy")), i));
        int channels = maps.Values.First().Shape[0], width = maps.Values.First().Shape[2], places = maps.Values.First().Shape[1] * width;
        Assert.Equal(channels, units.GetProperty("channels").GetArrayLength());
        foreach (var unit in units.GetProperty("channels").EnumerateArray())
        {
            var channel = unit.GetProperty("channel").GetInt32();
            var wanted = maps.Select(m => (m.Key,
                Plane: m.Value.Data[(channel * places)..((channel + 1) * places)])).OrderByDescending(m => m.Plane.Max()).Take(4).ToList();
            var best = unit.GetProperty("best").EnumerateArray().ToList();
            Assert.Equal(wanted.Select(w => w.Plane.Max()), best.Select(b => b.GetProperty("value").GetSingle()));
            Assert.All(best, b => Assert.Equal(b.GetProperty("value").GetSingle(),
                maps[b.GetProperty("image").GetString()!].Data[(channel * places) + (b.GetProperty("row").GetInt32() * width) + b.GetProperty("column").GetInt32()]));
        }
        var drawn = units.GetProperty("drawn").EnumerateArray().Select(d => d.GetInt32()).ToList();
        var losses = units.GetProperty("channels").EnumerateArray().Select(c => Math.Abs(c.GetProperty("loss").GetDouble())).ToList();
        Assert.Equal(Enumerable.Range(0, channels).OrderByDescending(c => losses[c]).Take(5), drawn);
        Assert.True(losses[drawn[0]] > 0.1);
        Assert.All(drawn.Select(c => $"channel-{c}.png").Append("grid.png"), file => Assert.True(File.Exists(Path.Combine(_folder, file))));
        Assert.Contains($"<h3>Channel {drawn[0]}</h3>", Page(), StringComparison.Ordinal);
        Assert.Equal(5 * 4, Page().Split("<img ").Length - 1);
    }

    [Fact]
    public async Task Units_of_no_readable_image_are_told_in_json_with_what_failed()
    {
        Directory.CreateDirectory(_folder);
        var broken = Path.Combine(_folder, "broken.png");
        await File.WriteAllTextAsync(broken, "no picture", TestContext.Current.CancellationToken);
        var run = await Run.Of(
            "visualize", "units", Mnist, "--local", "--out", Path.Combine(_folder, "units"), "--input", broken, "--json");
        Assert.NotEqual(0, run.Exit);
        var said = JsonDocument.Parse(run.Out).RootElement;
        Assert.Equal((0, 0), (said.GetProperty("images").GetInt32(), said.GetProperty("channels").GetArrayLength()));
        Assert.Equal("broken", Assert.Single(said.GetProperty("failures").EnumerateArray().ToList()).GetProperty("image").GetString());
    }

    [Theory]
    [InlineData("SAL2021", "--layer", "nothing")]
    [InlineData("SAL2503", "--channels", "0-99999")]
    [InlineData("SAL2503", "--top", "0")]
    [InlineData("SAL2010", "--class", "no digit")]
    public async Task Units_that_are_not_there_are_refused(string code, params string[] more)
    {
        var run = await Units(more);
        Assert.NotEqual(0, run.Exit);
        Assert.Contains(code, run.Error, StringComparison.Ordinal);
    }

    private Task<Run> Units(params string[] more) => Run.Of(["visualize", "units", Mnist, "--local", "--out", _folder, "--input", Seven,
        .. more]);

    private Task<Run> Maximize(params string[] more) => Run.Of(["visualize", "maximize", Mnist, "--local", "--out", _folder, .. more]);

    private string Page() => File.ReadAllText(Path.Combine(_folder, "report.html"));

    private JsonElement Result(string unit) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder, unit, "result.json"))).RootElement;
}
