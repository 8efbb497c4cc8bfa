using SaliencyCluster.Attribution;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.BadInput;

/// <summary>What the command line says through a gateway for everything that can go wrong: text and exit code, held in a reviewed file.</summary>
public sealed class BadCommandTests(SharedCluster cluster) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Out => _folder.File("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_bad_command_is_answered_with_the_reviewed_text_and_exit_code()
    {
        var approved = new ApprovedTexts("commands.approved.txt");
        foreach (var (row, arguments) in Rows())
        {
            var run = await CommandLine.RunAsync(cluster.Grpc, null, arguments);
            Assert.Empty(run.Out);
            approved.Say(row, Said(run));
        }
        approved.Say("endpoint: nobody answers", Said(await CommandLine.RunAsync(new("http://127.0.0.1:1"), null, "models", "list")));
        approved.Say("endpoint: no address", Said(await CommandLine.RunAsync(null, null, "models", "list", "--endpoint", "localhost")));
        approved.Say("results: disk full", Said(await CommandLine.RunAsync(
            cluster.Grpc, (path, _) => throw new IOException("No space left on device"), Explain("--input", Digits.PicturePath(0)))));
        approved.Say("serve: open to everybody", Said(await CommandLine.RunAsync(null, null, "serve", "--data", _folder.Path, "--address", "0.0.0.0")));
        approved.Say("serve: port in use", Said(await CommandLine.RunAsync(
            null, null, "serve", "--data", _folder.File("data"), "--http-port", "0", "--metrics-port", "0", "--grpc-port", $"{cluster.Grpc.Port}")));
        approved.Check();
    }

    private IEnumerable<(string Row, string[] Arguments)> Rows()
    {
        var digit = Digits.PicturePath(0);
        File.WriteAllBytes(_folder.File("wrong-shape.npy"), NpyFile.Write(Tensor.Zeros(3, 28, 28)));
        File.WriteAllBytes(_folder.File("nan.npy"), NpyFile.Write(new Tensor([1, 28, 28], [.. Enumerable.Repeat(float.NaN, 784)])));
        File.WriteAllText(_folder.File("broken.png"), "this is no picture");
        File.WriteAllText(_folder.File("broken.onnx"), "this is no model");
        Directory.CreateDirectory(_folder.File("empty"));
        yield return ("model: missing file", ["models", "add", "m", _folder.File("nothing.onnx")]);
        yield return ("model: corrupt file", ["models", "add", "m", _folder.File("broken.onnx")]);
        yield return ("model: not registered", ["explain", "--model", "mnist-cmm", "--input", digit, "--method", "gradient", "--out", Out]);
        yield return ("model: show what is not there", ["models", "show", "nothing"]);
        yield return ("model: remove what is not there", ["models", "remove", "nothing"]);
        yield return ("request: unknown method", Explain("--input", digit, "--method", "gradiant"));
        // Computed for inference protocols, and no method of explanations.
        yield return ("request: a method that explains nothing", Explain("--input", digit, "--method", "prediction"));
        yield return ("local: a method that explains nothing",
            ["explain", "--local", "--model", Repo.Model("mnist-mlp"), "--input", digit, "--method", "prediction", "--out", Out]);
        yield return ("job: a method that explains nothing",
            ["jobs", "submit", "--model", "mnist-cnn", "--input", digit, "--method", "prediction"]);
        yield return ("evaluation: a method that explains nothing", Check("--methods", "prediction"));
        yield return ("local evaluation: a method that explains nothing",
            ["check", "randomization", "--local", "--model", Repo.Model("mnist-mlp"), "--input", digit, "--out", Out,
                "--methods", "prediction"]);
        yield return ("request: 0 samples", Explain("--input", digit, "--method", "smoothgrad", "--samples", "0"));
        yield return ("request: no number", Explain("--input", digit, "--method", "smoothgrad", "--samples", "many"));
        yield return ("request: target out of range", Explain("--input", digit, "--target", "10"));
        yield return ("request: unknown option", Explain("--input", digit, "--sampels", "3"));
        yield return ("image: missing file", Explain("--input", _folder.File("nothing.png")));
        yield return ("image: empty folder", Explain("--input", _folder.File("empty")));
        yield return ("image: not an image", Explain("--input", Repo.Model("mnist-mlp")));
        yield return ("image: broken picture", Explain("--input", _folder.File("broken.png")));
        yield return ("image: wrong shape", Explain("--input", _folder.File("wrong-shape.npy")));
        yield return ("image: NaN", Explain("--input", _folder.File("nan.npy")));
        yield return ("image: the same name twice", Explain("--input", digit, digit));
        yield return ("job: not there", ["jobs", "watch", "nothing"]);
        yield return ("job: fetch what is not there", ["jobs", "fetch", "nothing", "--out", Out]);
        yield return ("evaluation: not there", ["evaluations", "watch", "nothing"]);
        yield return ("evaluation: fetch what is not there", ["evaluations", "fetch", "nothing", "--out", Out]);
        yield return ("evaluation: unknown method", Check("--methods", "gradiant"));
        yield return ("evaluation: unknown order", Check("--orders", "from-outputs"));
        yield return ("evaluation: 0 seeds", Check("--seeds", "0"));
        yield return ("evaluation: missing masks", ["evaluate", "localization", "--model", "mnist-cnn", "--input", digit, "--out", Out]);
        foreach (var verb in new[] { "pause", "resume", "retry", "delete" }) yield return ($"job: {verb} what is not there", ["jobs", verb, "nothing"]);
        yield return ("job: reprioritize what is not there", ["jobs", "reprioritize", "nothing", "--weight", "2"]);
        yield return ("job: reprioritize to nothing", ["jobs", "reprioritize", "nothing"]);
        yield return ("job: reprioritize to what is no priority", ["jobs", "reprioritize", "nothing", "--priority", "urgent"]);
        yield return ("job: bad id", ["jobs", "submit", "--model", "mnist-cnn", "--method", "gradient", "--input", digit, "--id", "my job"]);
    }

    private string[] Check(params string[] rest) => ["check", "randomization", "--model", "mnist-cnn", "--input", Digits.PicturePath(0), "--out", Out, .. rest];

    private string[] Explain(params string[] rest) =>
        [.. new[] { "explain", "--model", "mnist-cnn", "--out", Out }, .. rest.Contains("--method") ? [] : new[] { "--method", "gradient" }, .. rest];

    // Paths and ports of this run stand for those of any run.
    private string Said(CommandLine run)
    {
        var lines = run.Error.Replace(_folder.Path, "FOLDER", StringComparison.Ordinal).Replace(Repo.Root, "REPO", StringComparison.Ordinal)
            .Replace($"{cluster.Grpc.Port}", "PORT", StringComparison.Ordinal).Split('\n')
            // Progress is told to a slow run only.
            .Where(line => !line.Contains("points/s", StringComparison.Ordinal))
            // Where the caret stands depends on the length of this run's paths.
            .Where(line => !line.StartsWith("  saliency ", StringComparison.Ordinal) && !line.StartsWith("  ... ", StringComparison.Ordinal))
            .Select(line => line.TrimStart(' ', '^'));
        return $"exit {run.Exit}\n{string.Join('\n', lines)}";
    }
}
