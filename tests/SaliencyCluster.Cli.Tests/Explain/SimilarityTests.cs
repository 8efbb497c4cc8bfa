using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;

namespace SaliencyCluster.Cli.Tests.Explain;

/// <summary>Similarity of embeddings as a model, against the formulas in float64.</summary>
public sealed class SimilarityTests : IDisposable
{
    private const int Pixels = 12, Size = 5;
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-similarity").FullName;
    private readonly float[] _weights, _query, _first, _second;

    public SimilarityTests()
    {
        var random = new Random(4);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextSingle() - 0.4f)];
        (_weights, _query, _first, _second) = (Draw(Pixels * Size), Draw(Pixels), Draw(Pixels), Draw(Pixels));
        foreach (var (name, values) in ((string, float[])[])[("query", _query), ("first", _first), ("second", _second)])
            File.WriteAllBytes(In(name + ".npy"), NpyFile.Write(new([3, 2, 2], values)));
        File.WriteAllBytes(In("tower.onnx"), Tower().Output("embedding", -1, Size, 1, 1).ToBytes());
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("cosine")]
    [InlineData("dot")]
    public async Task The_score_is_the_similarity_to_the_reference_and_the_map_its_gradient(string measure)
    {
        await MakeAsync("tower.onnx", "--reference", In("first.npy"), In("second.npy"), "--measure", measure);
        foreach (var (name, image) in ((string, float[])[])[("first", _first), ("second", _second)])
        {
            var (result, map) = await ExplainAsync("query.npy", "gradient", name);
            var (y, r) = (Embed(_query), Embed(image));
            var (norms, lengthened) = measure == "dot" ? (1, 0.0) : (Norm(y) * Norm(r), Dot(y, r) / (Norm(y) * Norm(r)) / Dot(y, y));
            Assert.Equal(Dot(y, r) / norms, result.GetProperty("score").GetDouble(), 1e-6);
            double[] toward = [.. y.Zip(r, (a, b) => (b / norms) - (lengthened * a))];
            double[] expected =
                [.. Enumerable.Range(0, Pixels).Select(p => Enumerable.Range(0, Size).Sum(e => toward[e] * _weights[(p * Size) + e]))];
            Assert.InRange(Numbers.RelativeError([.. map], expected), 0, 1e-5);
        }
        // The most similar one is what the model predicts.
        var sure = await ExplainAsync("second.npy", "occlusion", "predicted");
        Assert.Equal(measure == "dot" && Dot(Embed(_second), Embed(_first)) > Dot(Embed(_second), Embed(_second)) ? "first" : "second",
            sure.Result.GetProperty("label").GetString());
    }

    [Fact]
    public async Task An_embedding_of_a_file_is_the_same_as_the_image_that_has_it()
    {
        await MakeAsync("tower.onnx", "--reference", In("first.npy"));
        var (one, expected) = await ExplainAsync("query.npy", "gradient", "0");
        float[] embedding = [.. Embed(_first).Select(v => (float)v)];
        File.WriteAllBytes(In("texts.npy"), NpyFile.Write(new([2, Size], [.. embedding.Select(v => -v), .. embedding])));
        await MakeAsync("tower.onnx", "--embedding", In("texts.npy"));
        var (other, map) = await ExplainAsync("query.npy", "gradient", "texts-1");
        Assert.Equal(one.GetProperty("score").GetDouble(), other.GetProperty("score").GetDouble(), 1e-6);
        Assert.InRange(Numbers.RelativeError([.. map], [.. expected.Select(v => (double)v)]), 0, 1e-5);
    }

    [Fact]
    public async Task The_card_says_how_pictures_become_the_input()
    {
        var picture = PictureEncoder.Png(new(2, 6, [.. Enumerable.Range(0, 36).Select(i => (byte)(i * 7))]));
        await File.WriteAllBytesAsync(In("wide.png"), picture, TestContext.Current.CancellationToken);
        await MakeAsync("tower.onnx", "--reference", In("wide.png"), "--resize", "crop", "--mean", "0.1,0.2,0.3", "--channel-order", "bgr");
        // Prepared in the same way, the picture is as similar to itself as can be.
        Assert.Equal(1, (await ExplainAsync("wide.png", "gradient", "wide")).Result.GetProperty("score").GetDouble(), 1e-6);
        var whole = (await ExplainAsync("wide.png", "gradient", "wide", "--resize", "stretch")).Result;
        Assert.InRange(whole.GetProperty("score").GetDouble(), -1, 0.999);
    }

    [Fact]
    public async Task Half_precision_and_several_outputs_are_taken()
    {
        var model = Tower().Node("Cast", "embedding", "half", ("to", 10)).Node("Relu", "embedding", "other");
        model.Output("other", -1, Size, 1, 1);
        model.Output("half", -1, Size, 1, 1).Graph.Output[1].Type.TensorType.ElemType = 10;
        await File.WriteAllBytesAsync(In("two.onnx"), model.ToBytes(), TestContext.Current.CancellationToken);
        await RefusedAsync("2 outputs", "two.onnx", "--reference", In("first.npy"));
        await MakeAsync("two.onnx", "--reference", In("first.npy"), "--output", "half");
        var (y, r) = (Embed(_query), Embed(_first));
        var (result, _) = await ExplainAsync("query.npy", "gradient", "first");
        Assert.Equal(Dot(y, r) / Norm(y) / Norm(r), result.GetProperty("score").GetDouble(), 2e-3);
    }

    [Fact]
    public async Task Every_method_explains_a_tower_like_clips()
    {
        var pixels = Image(seed: 9);
        await File.WriteAllBytesAsync(In("photo.npy"), NpyFile.Write(pixels), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(In("other.npy"), NpyFile.Write(Image(seed: 10)), TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(In("clip.onnx"), Clip().ToBytes(), TestContext.Current.CancellationToken);
        await MakeAsync("clip.onnx", "--reference", In("other.npy"));
        const string Methods = "gradient,gradient-times-input,integrated-gradients,blur-integrated-gradients,guided-integrated-gradients,"
            + "idgi,deeplift,smoothgrad,smoothgrad-squared,vargrad,grad-cam,layer-cam,hires-cam,occlusion,rise";
        var run = await Run.Of(["explain", "--local", "--model", In("like.onnx"), "--input", In("photo.npy"), "--out", In("maps"),
            "--no-picture", "--method", Methods, "--target", "other", "--seed", "1"]);
        Assert.True(run.Exit == 0, run.Error);
        foreach (var method in Methods.Split(','))
        {
            var map = NpyFile.ReadFile(Path.Combine(In("maps"), "photo", method + ".npy")).Data;
            Assert.True(map.All(float.IsFinite) && map.Any(v => v != 0), method);
        }
        var exported = await Run.Of(["export", "--model", In("like.onnx"), "--method", "integrated-gradients", "--target", "0",
            "--out", In("explain.onnx")]);
        Assert.True(exported.Exit == 0, exported.Error);
        using var options = new SessionOptions { IntraOpNumThreads = 1, LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR };
        using var session = new InferenceSession(In("explain.onnx"), options);
        using var value = OrtValue.CreateTensorValueFromMemory(pixels.Data, [1, 3, 16, 16]);
        using var how = new RunOptions();
        using var outputs = session.Run(how, new Dictionary<string, OrtValue> { ["image"] = value }, ["map"]);
        Assert.Equal(NpyFile.ReadFile(Path.Combine(In("maps"), "photo", "integrated-gradients.npy")).Data,
            outputs[0].GetTensorDataAsSpan<float>().ToArray(), (a, b) => Math.Abs(a - b) <= 1e-6);
    }

    [Theory]
    [InlineData("gradient", 0)]
    [InlineData("integrated-gradients", 1)]
    public async Task An_embedding_of_zero_has_no_direction_and_gives_no_nan(string method, int image)
    {
        await MakeAsync("tower.onnx", "--reference", In("first.npy"));
        File.WriteAllBytes(In("nothing.npy"), NpyFile.Write(new([3, 2, 2], new float[Pixels])));
        // Black is the baseline too: the tower has no bias.
        var (result, map) = await ExplainAsync(image == 0 ? "nothing.npy" : "query.npy", method, "first");
        Assert.All(map, v => Assert.True(float.IsFinite(v)));
        if (image == 0)
        {
            Assert.Equal(0, result.GetProperty("score").GetDouble());
            Assert.All(map, v => Assert.Equal(0, v));
        }
    }

    [Fact]
    public async Task What_cannot_be_compared_is_refused()
    {
        await RefusedAsync("nothing to compare with", "tower.onnx");
        File.WriteAllBytes(In("short.npy"), NpyFile.Write(new([4], [1, 2, 3, 4])));
        await RefusedAsync("has shape [4]; the model's embedding has 5 numbers", "tower.onnx", "--embedding", In("short.npy"));
        File.WriteAllBytes(In("zero.npy"), NpyFile.Write(new([5], new float[5])));
        await RefusedAsync("is zero", "tower.onnx", "--embedding", In("zero.npy"));
        await RefusedAsync(
            "2 references are called 'zero'", "tower.onnx", "--embedding", In("zero.npy"), In("zero.npy"), "--measure", "dot");
        var free = new ModelBuilder().Input("x", -1, 3, -1, -1).Node("Relu", "x", "y").Output("y", -1, 3, -1, -1);
        await File.WriteAllBytesAsync(In("free.onnx"), free.ToBytes(), TestContext.Current.CancellationToken);
        await RefusedAsync("as many floats whatever the image", "free.onnx", "--reference", In("first.npy"));
    }

    // Patches, one layer of attention, a normalisation, the mean of the patches and a projection.
    private static ModelBuilder Clip()
    {
        var random = new Random(6);
        float[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() - 0.5f) / 2)];
        return new ModelBuilder(18).Input("x", -1, 3, 16, 16).Weight("patches", [8, 3, 4, 4], Draw(384)).Weight("bias", [8], Draw(8))
            .Longs("tokens", 0, 8, 16).Weight("q", [8, 8], Draw(64)).Weight("k", [8, 8], Draw(64)).Weight("v", [8, 8], Draw(64))
            .Weight("scale", [8], [.. Draw(8).Select(w => 1 + w)]).Weight("shift", [8], Draw(8))
            .Weight("project", [8, Size], Draw(8 * Size))
            .Node("Conv", "x patches bias", "c", ("kernel_shape", (long[])[4, 4]), ("strides", (long[])[4, 4]))
            .Node("Reshape", "c tokens", "r").Node("Transpose", "r", "t", ("perm", (long[])[0, 2, 1]))
            .Node("MatMul", "t q", "tq").Node("MatMul", "t k", "tk").Node("MatMul", "t v", "tv")
            .Node("Transpose", "tk", "keys", ("perm", (long[])[0, 2, 1])).Node("MatMul", "tq keys", "scores").Node("Softmax", "scores", "a")
            .Node("MatMul", "a tv", "mixed").Node("Add", "t mixed", "sum").Node("LayerNormalization", "sum scale shift", "n")
            .Longs("middle", 1).Node("ReduceMean", "n middle", "pooled", ("keepdims", 0)).Node("MatMul", "pooled project", "embedding")
            .Output("embedding", -1, Size);
    }

    private static Tensor Image(int seed)
    {
        var random = new Random(seed);
        return new([3, 16, 16], [.. Enumerable.Range(0, 768).Select(_ => random.NextSingle())]);
    }

    private ModelBuilder Tower() => new ModelBuilder().Input("x", -1, 3, 2, 2).Weight("w", [Pixels, Size], _weights)
        .Longs("row", -1, Pixels).Longs("square", -1, Size, 1, 1)
        .Node("Reshape", "x row", "r").Node("MatMul", "r w", "e").Node("Reshape", "e square", "embedding");

    private async Task MakeAsync(string model, params string[] more)
    {
        var run = await Run.Of(["models", "similarity", In(model), "--out", In("like.onnx"), .. more]);
        Assert.True(run.Exit == 0, run.Error);
    }

    private async Task RefusedAsync(string says, string model, params string[] more)
    {
        var run = await Run.Of(["models", "similarity", In(model), "--out", In("refused.onnx"), .. more]);
        Assert.NotEqual(0, run.Exit);
        Assert.Contains("SAL2061", run.Error, StringComparison.Ordinal);
        Assert.Contains(says, run.Error.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.False(File.Exists(In("refused.onnx")));
    }

    private async Task<(JsonElement Result, float[] Map)> ExplainAsync(string input, string method, string target, params string[] more)
    {
        var run = await Run.Of(["explain", "--local", "--model", In("like.onnx"), "--input", In(input), "--out", In("maps"),
            "--method", method, "--target", target, "--no-picture",
            .. method == "occlusion" ? (string[])["--window", "1,1", "--stride", "1,1"] : [], .. more]);
        Assert.True(run.Exit == 0, run.Error);
        var folder = Path.Combine(In("maps"), Path.GetFileNameWithoutExtension(input));
        using var result = JsonDocument.Parse(
            await File.ReadAllTextAsync(Path.Combine(folder, "result.json"), TestContext.Current.CancellationToken));
        return (result.RootElement.Clone(), NpyFile.ReadFile(Path.Combine(folder, method + ".npy")).Data);
    }

    private string In(string name) => Path.Combine(_folder, name);

    private double[] Embed(float[] image) =>
        [.. Enumerable.Range(0, Size).Select(e => Enumerable.Range(0, Pixels).Sum(p => (double)image[p] * _weights[(p * Size) + e]))];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();

    private static double Norm(double[] a) => Math.Sqrt(Dot(a, a));
}
