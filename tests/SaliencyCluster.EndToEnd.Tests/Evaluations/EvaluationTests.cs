using System.Net.Http.Json;
using System.Text.Json;
using SaliencyCluster.Client.Evaluations;
using SaliencyCluster.EndToEnd.Tests.BadInput;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Evaluations;

/// <summary>Evaluations through a gateway: the client, the command line and REST.</summary>
public sealed class EvaluationTests(SharedCluster cluster) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private EvaluationClient Evaluations => cluster.Client.Evaluations;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_command_line_writes_the_same_report_from_a_cluster_as_from_this_process()
    {
        string[] what =
        [
            "check", "randomization", "--input", Path.Combine(Repo.Root, "samples", "data", "mnist-200.npy"), "--images", "3",
            "--methods", "gradient,grad-cam", "--orders", "from-output", "--seeds", "1",
        ];
        var local = await CommandLine.RunAsync(null, null, [.. what, "--local", "--model", Repo.Model("mnist-cnn"), "--api-key", "s3cret", "--out", _folder.File("local")]);
        var remote = await CommandLine.RunAsync(cluster.Grpc, null, [.. what, "--model", "mnist-cnn", "--id", "same-bytes", "--out", _folder.File("cluster")]);
        Assert.Equal((0, 0), (local.Exit, remote.Exit));
        foreach (var file in (string[])["report.json", "measurements.csv"])
            Assert.Equal(await File.ReadAllTextAsync(_folder.File($"local/{file}"), Cancellation), await File.ReadAllTextAsync(_folder.File($"cluster/{file}"), Cancellation));
        // A report is handed on: it tells the command, and no key.
        var page = await File.ReadAllTextAsync(_folder.File("local/report.html"), Cancellation);
        Assert.Contains("--api-key ...", page, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", page, StringComparison.Ordinal);
        Assert.Contains("Evaluation same-bytes", await File.ReadAllTextAsync(_folder.File("cluster/report.html"), Cancellation), StringComparison.Ordinal);
        // All but the last lines, which tell time and place.
        Assert.Equal(local.Out.Split('\n')[..^3], remote.Out.Split('\n')[..^3]);
        Assert.Contains("control: Sobel edges", remote.Out, StringComparison.Ordinal);

        Assert.Contains("same-bytes", (await CommandLine.RunAsync(cluster.Grpc, null, "evaluations", "list")).Out, StringComparison.Ordinal);
        var watched = await CommandLine.RunAsync(cluster.Grpc, null, "evaluations", "watch", "same-bytes");
        Assert.Equal(0, watched.Exit);
        Assert.Contains("same-bytes is done: ", watched.Out, StringComparison.Ordinal);
        var fetched = await CommandLine.RunAsync(cluster.Grpc, null, "evaluations", "fetch", "same-bytes", "--out", _folder.File("again"), "--json");
        Assert.Equal("Model-parameter randomisation: mnist-cnn", JsonDocument.Parse(fetched.Out).RootElement.GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_client_submits_watches_and_reads_a_report()
    {
        var options = new EvaluationOptions { Methods = { "gradient" }, Seeds = 1, Infidelity = new() { Perturbations = 3 }, Localization = new() { BesideModels = { "mnist-mlp" } } };
        var submitted = await Evaluations.SubmitAsync("mnist-cnn", options, Masked(2), "by-client", Cancellation);
        Assert.Equal(("Evidence: mnist-cnn", "mnist-cnn:1", 2), (submitted.Title, submitted.Model, submitted.Images));
        Assert.Equal(submitted.CreatedAt, (await Evaluations.SubmitAsync("mnist-cnn", options, Masked(2), "by-client", Cancellation)).CreatedAt);
        var ended = await Evaluations.WatchAsync("by-client", Cancellation).LastAsync(Cancellation);
        Assert.Equal((EvaluationState.Done, ended.Batches), (ended.State, ended.BatchesDone));
        using var csv = new MemoryStream();
        await Evaluations.ReadReportAsync("by-client", ReportFile.Csv, csv, Cancellation);
        var lines = System.Text.Encoding.UTF8.GetString(csv.ToArray()).Split('\n');
        Assert.Contains(lines, l => l.StartsWith("localization,gradient,mass-accuracy,mnist-mlp,0,,0,1,", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.StartsWith("infidelity,gradient,infidelity-scaled,,0,,0,0,", StringComparison.Ordinal));
        Assert.Contains("by-client", await Evaluations.ListAsync(Cancellation).Select(e => e.EvaluationId).ToListAsync(Cancellation));

        using var http = new HttpClient { BaseAddress = cluster.Http };
        var overRest = await http.GetFromJsonAsync<JsonElement>("/v1/evaluations/by-client", Cancellation);
        Assert.Equal("EVALUATION_STATE_DONE", overRest.GetProperty("state").GetString());
        var page = await http.GetStringAsync("/v1/evaluations/by-client/report/REPORT_FILE_HTML", Cancellation);
        var pieces = page.Split('\n', StringSplitOptions.RemoveEmptyEntries).SelectMany(l => Convert.FromBase64String(JsonDocument.Parse(l).RootElement.GetProperty("data").GetString()!)).ToArray();
        Assert.StartsWith("<!DOCTYPE html>", System.Text.Encoding.UTF8.GetString(pieces), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_evaluation_has_no_report_and_ends_its_watchers_with_a_failure()
    {
        var options = new EvaluationOptions { Methods = { "smoothgrad", "integrated-gradients" }, Randomization = new() };
        await Evaluations.SubmitAsync("mnist-cnn", options, Masked(20), "stopped", Cancellation);
        var cancelled = await CommandLine.RunAsync(cluster.Grpc, null, "evaluations", "cancel", "stopped");
        Assert.Equal(0, cancelled.Exit);
        Assert.Contains("stopped is cancelled: ", cancelled.Out, StringComparison.Ordinal);
        var watched = await CommandLine.RunAsync(cluster.Grpc, null, "evaluations", "watch", "stopped");
        Assert.Equal(4, watched.Exit);
        var fetched = await CommandLine.RunAsync(cluster.Grpc, null, "evaluations", "fetch", "stopped", "--out", _folder.File("none"));
        Assert.Contains("SAL3022: The evaluation 'stopped' is Cancelled and has no report.", fetched.Error, StringComparison.Ordinal);
    }

    internal static IAsyncEnumerable<EvaluationImageInput> Masked(int count) => Enumerable.Range(0, count).Select(i => new EvaluationImageInput(
        Digits.Tensor(i % 10, $"digit-{i}"), Enumerable.Range(0, 784).Select(p => (byte)(p / 28 is > 5 and < 22 ? 1 : 0)).ToArray(), i % 2 == 0 ? "even" : "odd")).ToAsyncEnumerable();
}
