using SaliencyCluster.Client;
using SaliencyCluster.Client.Evaluations;
using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.EndToEnd.Tests.Evaluations;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.BadInput;

/// <summary>What a caller can do wrong, each as one call; the rows of the bad-input table over gRPC.</summary>
internal static class BadCalls
{
    private static readonly ExplanationOptions Gradient = new() { Method = "gradient" };

    public static IReadOnlyList<(string Row, Func<SaliencyClient, Task> Call)> All { get; } =
    [
        ("model: empty file", c => Add(c, "m", [])),
        ("model: random bytes", c => Add(c, "m", [.. Enumerable.Range(0, 200).Select(i => (byte)(i * 37))])),
        ("model: cut off", c => Add(c, "m", File.ReadAllBytes(Repo.Model("mnist-mlp"))[..200_000])),
        ("model: unknown operator", c => Add(c, "m", new ModelBuilder().Input("x", -1, 1, 4, 4).Node("Frobnicate", "x", "y").Output("y", -1, 1, 4, 4).ToBytes())),
        ("model: missing tensor", c => Add(c, "m", new ModelBuilder().Input("x", -1, 1, 4, 4).Node("Add", "x nowhere", "y").Output("y", -1, 1, 4, 4).ToBytes())),
        ("model: bad name", c => Add(c, "a/b", [1])),
        ("model: labels and preprocessing do not fit", c => c.Models.AddAsync(
            "m", new MemoryStream(File.ReadAllBytes(Repo.Model("mnist-mlp"))), new Preprocessing { Scale = 0, Std = { 0 } }, ["zero", "one"])),
        ("model: not registered", c => c.Models.GetAsync("mnist-mlq")),
        ("model: removing what is not there", c => c.Models.RemoveAsync("nothing")),
        ("request: no method", c => Explain(c, new())),
        ("request: unknown method", c => Explain(c, new() { Method = "gradiant" })),
        ("request: option that the method does not read", c => Explain(c, new() { Method = "gradient", Samples = 3 })),
        ("request: 0 samples", c => Explain(c, new() { Method = "smoothgrad", Samples = 0 })),
        ("request: negative noise", c => Explain(c, new() { Method = "smoothgrad", Stdev = -1 })),
        ("request: unknown rule", c => Explain(c, new() { Method = "integrated-gradients", Rule = "simpson" })),
        ("request: target out of range", c => Explain(c, new() { Method = "gradient", Target = "10" })),
        ("request: target is no label", c => Explain(c, new() { Method = "gradient", Target = "cat" })),
        ("request: unknown layer", c => Explain(c, new() { Method = "grad-cam", Layer = "conv99" })),
        ("request: method that the model cannot serve", c => c.ExplainToEndAsync("mnist-mlp", new() { Method = "grad-cam" }, Digits.Tensor(0))),
        ("request: window of one number", c => Explain(c, new() { Method = "occlusion", Window = { 3 } })),
        ("request: two mistakes at once", c => Explain(c, new() { Method = "smoothgrad", Samples = 0, Target = "11" })),
        ("request: more points than an image may take", c => Explain(c, new() { Method = "integrated-gradients", Steps = 1000, Smooth = "smoothgrad", Samples = 100_000 })),
        ("request: more baselines than allowed", c => Explain(
            c, new() { Method = "integrated-gradients", Steps = 1000, Smooth = "smoothgrad", Samples = 100_000, Baseline = string.Concat(Enumerable.Repeat("zeros,", 20_000)) })),
        ("request: baseline from a file", c => Explain(c, new() { Method = "integrated-gradients", Baseline = "zeros,../cat.png" })),
        ("request: blur of no width", c => Explain(c, new() { Method = "integrated-gradients", Baseline = "blur:nan" })),
        ("request: segments from a file", c => Explain(c, new() { Method = "lime", Segments = "../cells.png" })),
        ("request: layer of 100 KB", c => Explain(c, new() { Method = "grad-cam", Layer = new('l', 100_000) })),
        ("request: unknown model of 100 KB", c => c.ExplainToEndAsync(new('m', 100_000), Gradient, Digits.Tensor(0))),
        ("request: method of 100 KB beyond ASCII", c => Explain(c, new() { Method = new('\u00e9', 100_000) })),
        ("request: unknown model", c => c.ExplainToEndAsync("mnist-cmm", Gradient, Digits.Tensor(0))),
        ("image: none", c => c.ExplainToEndAsync("mnist-cnn", Gradient, ImageInput.FromEncoded("x", default))),
        ("image: wrong shape", c => c.ExplainToEndAsync("mnist-cnn", Gradient, ImageInput.FromTensor("x", [3, 28, 28], new float[3 * 784]))),
        ("image: shape that does not fit the bytes", c => c.ExplainToEndAsync("mnist-cnn", Gradient, ImageInput.FromTensor("x", [1, 28, 28], new float[3]))),
        ("image: NaN", c => c.ExplainToEndAsync("mnist-cnn", Gradient, ImageInput.FromTensor("x", [1, 28, 28], Enumerable.Repeat(float.NaN, 784).ToArray()))),
        ("image: no picture", c => c.ExplainToEndAsync("mnist-cnn", Gradient, ImageInput.FromEncoded("x", "GIF89a"u8.ToArray()))),
        ("image: cut off picture", c => c.ExplainToEndAsync("mnist-cnn", Gradient, ImageInput.FromEncoded("x", File.ReadAllBytes(Digits.PicturePath(0))[..100]))),
        ("image: name that leaves its folder", c => c.ExplainToEndAsync("mnist-cnn", Gradient, ImageInput.FromTensor("../x", [1, 28, 28], new float[784]))),
        ("job: no images", c => c.Jobs.SubmitAsync("mnist-cnn", Gradient, AsyncEnumerable.Empty<ImageInput>())),
        ("job: bad id", c => c.Jobs.SubmitAsync("mnist-cnn", Gradient, Digits.Many(1), "my job")),
        ("job: id of another job", DuplicateAsync),
        ("job: more methods than may be compared", c => c.Jobs.SubmitAsync(new JobHeader { Model = "mnist-cnn", Options = Gradient, Compared = { Enumerable.Repeat(Gradient, 50_000) } }, Digits.Many(1))),
        ("job: more models than may be compared", c => c.Jobs.SubmitAsync(
            new JobHeader { Model = "mnist-cnn", Options = Gradient, ComparedModels = { Enumerable.Repeat("mnist-cnn", 2_000) } }, Digits.Many(1))),
        ("job: more points than an image may take in all methods together", c => c.Jobs.SubmitAsync(
            new JobHeader { Model = "mnist-cnn", Options = Gradient, Compared = { Enumerable.Repeat(new ExplanationOptions { Method = "smoothgrad", Samples = 100_000 }, 3) } }, Digits.Many(1))),
        ("job: not there", c => c.Jobs.GetAsync("nothing")),
        ("job: watching what is not there", async c => await c.Jobs.WatchAsync("nothing").FirstAsync()),
        ("job: reading what is not there", async c => await c.Jobs.ReadResultsAsync("nothing").FirstAsync()),
        ("job: cancelling what is not there", c => c.Jobs.CancelAsync("nothing")),
        ("evaluation: not there", c => c.Evaluations.GetAsync("nothing")),
        ("evaluation: cancelling what is not there", c => c.Evaluations.CancelAsync("nothing")),
        ("evaluation: report of what is not there", c => c.Evaluations.ReadReportAsync("nothing", ReportFile.Html, Stream.Null)),
        ("evaluation: bad id", c => Evaluate(c, new(), id: "my evaluation")),
        ("evaluation: id too long", c => Evaluate(c, new(), id: new('e', 81))),
        ("evaluation: no images", c => c.Evaluations.SubmitAsync("mnist-cnn", new(), AsyncEnumerable.Empty<EvaluationImageInput>())),
        ("evaluation: no options", c => c.Evaluations.SubmitAsync("mnist-cnn", null!, EvaluationTests.Masked(1))),
        ("evaluation: unknown model", c => c.Evaluations.SubmitAsync("mnist-cmm", new(), EvaluationTests.Masked(1))),
        ("evaluation: unknown model to compare with", c => Evaluate(c, new() { DataRandomization = new() { ShuffledModel = "shuffled" } })),
        ("evaluation: unknown method", c => Evaluate(c, new() { Methods = { "gradiant" } })),
        ("evaluation: more methods than allowed", c => Evaluate(c, new() { Methods = { Enumerable.Repeat("gradiant", 50_000) } })),
        ("evaluation: more models and a longer title than allowed", c => Evaluate(c, new()
        {
            Title = new('t', 100_000), Localization = new() { BesideModels = { Enumerable.Range(0, 50_000).Select(i => $"m{i}") } },
        })),
        ("evaluation: 0 seeds and 0 steps", c => Evaluate(c, new() { Seeds = 0, InsertionDeletion = new() { Steps = 0 } })),
        ("evaluation: order without a name", c => Evaluate(c, new() { Randomization = new() { Orders = { RandomizationOrder.Unspecified } } })),
        ("evaluation: localisation without masks", c => c.Evaluations.SubmitAsync("mnist-cnn", new() { Localization = new() }, Bare())),
        ("evaluation: mask of another size", c => c.Evaluations.SubmitAsync("mnist-cnn", new(), new[] { new EvaluationImageInput(Digits.Tensor(0), new byte[3]) }.ToAsyncEnumerable())),
        ("evaluation: image of another shape", c => c.Evaluations.SubmitAsync(
            "mnist-cnn", new(), new[] { new EvaluationImageInput(ImageInput.FromTensor("x", [3, 28, 28], new float[3 * 784])) }.ToAsyncEnumerable())),
        ("evaluation: id of another evaluation", DuplicateEvaluationAsync),
        ("job: pausing what is not there", c => c.Jobs.PauseAsync("nothing")),
        ("job: resuming what is not there", c => c.Jobs.ResumeAsync("nothing")),
        ("job: reprioritizing what is not there", c => c.Jobs.ReprioritizeAsync("nothing", weight: 2)),
        ("job: retrying what is not there", c => c.Jobs.RetryAsync("nothing")),
        ("job: deleting what is not there", c => c.Jobs.DeleteAsync("nothing")),
        ("job: pausing one that has ended", async c => await c.Jobs.PauseAsync(await CancelledAsync(c, "over-1"))),
        ("job: resuming one that has ended", async c => await c.Jobs.ResumeAsync(await CancelledAsync(c, "over-2"))),
        ("job: reprioritizing one that has ended", async c => await c.Jobs.ReprioritizeAsync(await CancelledAsync(c, "over-3"), weight: 2)),
        ("job: retrying a cancelled one", async c => await c.Jobs.RetryAsync(await CancelledAsync(c, "over-4"))),
        ("job: weight out of range", async c => await c.Jobs.ReprioritizeAsync(await PausedAsync(c, "waits-1"), weight: 0)),
        ("job: deleting one that is under way", async c => await c.Jobs.DeleteAsync(await PausedAsync(c, "waits-2"))),
        ("job: retrying one that is under way", async c => await c.Jobs.RetryAsync(await PausedAsync(c, "waits-3"))),
    ];

    private static async Task<string> CancelledAsync(SaliencyClient client, string id) => (await client.Jobs.CancelAsync(await PausedAsync(client, id))).JobId;

    // So much work that it cannot end by itself meanwhile.
    private static async Task<string> PausedAsync(SaliencyClient client, string id)
    {
        var job = await client.Jobs.SubmitAsync("mnist-cnn", new() { Method = "smoothgrad", Samples = 5000 }, Digits.Many(40), id);
        return (await client.Jobs.PauseAsync(job.JobId)).JobId;
    }

    private static async Task DuplicateAsync(SaliencyClient client)
    {
        await client.Jobs.SubmitAsync("mnist-mlp", Gradient, Digits.Many(1), "taken");
        await client.Jobs.SubmitAsync("mnist-mlp", Gradient, Digits.Many(2), "taken");
    }

    private static async Task DuplicateEvaluationAsync(SaliencyClient client)
    {
        await Evaluate(client, new() { Methods = { "gradient" } }, id: "taken");
        await Evaluate(client, new() { Methods = { "smoothgrad" } }, id: "taken");
    }

    private static Task Evaluate(SaliencyClient client, EvaluationOptions options, string? id = null) =>
        client.Evaluations.SubmitAsync("mnist-cnn", options, EvaluationTests.Masked(1), id);

    private static IAsyncEnumerable<EvaluationImageInput> Bare() => new[] { new EvaluationImageInput(Digits.Tensor(0)) }.ToAsyncEnumerable();

    private static Task Explain(SaliencyClient client, ExplanationOptions options) => client.ExplainToEndAsync("mnist-cnn", options, Digits.Tensor(0));

    private static Task Add(SaliencyClient client, string name, byte[] file) => client.Models.AddAsync(name, new MemoryStream(file));
}
