using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SaliencyCluster.Client;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Processes;

/// <summary><c>saliency serve</c> as a process with worker processes beside it.</summary>
public sealed class ServeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, 1)]
    [InlineData(2, 2)]
    public async Task Serve_explains_and_leaves_in_good_order_when_it_is_told_to_stop(int? workers, int devices)
    {
        using var data = new TemporaryFolder();
        using var serve = await ClusterMember.ServeAsync(data.Path, workers);
        using var client = new SaliencyClient(serve.Grpc!);
        await SharedCluster.AddAsync(client, "mnist-mlp");
        var job = await client.Jobs.SubmitAsync("mnist-mlp", new() { Method = "smoothgrad", Samples = 500 }, Digits.Many(40), cancellation: Cancellation);
        var results = await client.Jobs.ReadResultsAsync(job.JobId, cancellation: Cancellation).ToListAsync(Cancellation);
        Assert.All(results, r => Assert.NotNull(r.Map));
        Assert.Equal(devices, (await client.GetClusterAsync(Cancellation)).Devices.Count);
        await StopAsync(serve);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(2)]
    public async Task Serve_told_to_stop_amid_a_job_complains_of_nothing_and_goes_on_with_it_when_it_starts_again(int? workers)
    {
        const int images = 40;
        var done = 0;
        using var data = new TemporaryFolder();
        using (var serve = await ClusterMember.ServeAsync(data.Path, workers))
        {
            using var client = new SaliencyClient(serve.Grpc!);
            await SharedCluster.AddAsync(client, "mnist-cnn");
            await client.Jobs.SubmitAsync("mnist-cnn", new() { Method = "smoothgrad", Samples = 800 }, Digits.Many(images), "interrupted", Cancellation);
            await foreach (var state in client.Jobs.WatchAsync("interrupted", Cancellation)) if ((done = state.ImagesDone) > 0) break;
            await StopAsync(serve);
        }
        using var again = await ClusterMember.ServeAsync(data.Path, workers);
        using var after = new SaliencyClient(again.Grpc!);
        // It reads what is stored in its first turn; a status of before then knows whole pages only.
        var found = await after.Jobs.WatchAsync("interrupted", Cancellation).FirstAsync(s => s.ImagesDone > 0, Cancellation);
        Assert.InRange(found.ImagesDone, done, images - 1);
        var ended = await after.Jobs.WatchAsync("interrupted", Cancellation).LastAsync(Cancellation);
        Assert.Equal((JobState.Done, images), (ended.State, ended.ImagesDone));
        await StopAsync(again);
    }

    [Fact]
    public async Task Serve_adds_the_models_that_it_is_given_and_finds_them_again_at_the_next_start()
    {
        using var data = new TemporaryFolder();
        string[] options = ["--model", $"digits={Repo.Model("mnist-cnn")}", "--model", $"small={Repo.Model("mnist-mlp")}", "--address", "any", "--insecure"];
        for (var start = 0; start < 2; start++)
        {
            using var serve = await ClusterMember.ServeAsync(data.Path, null, options: options);
            using var client = new SaliencyClient(serve.Grpc!);
            Assert.Equal([("digits", 1), ("small", 1)], (await client.Models.ListAsync(Cancellation)).Select(m => (m.Name, m.Version)).Order());
            var answer = await client.ExplainToEndAsync("digits", new() { Method = "gradient" }, await Digits.Many(1).FirstAsync(Cancellation), Cancellation);
            Assert.NotNull(answer.Map);
            await StopAsync(serve);
        }
    }

    [Theory]
    [InlineData("SAL2503", "digits")]
    [InlineData("SAL2510", "digits=nothing.onnx")]
    [InlineData("SAL2503", "digits=nothing.onnx", "--keys", "keys.json")]
    public async Task Serve_refuses_models_that_it_cannot_add(string code, params string[] options)
    {
        using var data = new TemporaryFolder();
        string[] ports = ["--grpc-port", "0", "--http-port", "0", "--metrics-port", "0"];
        var run = await BadInput.CommandLine.RunAsync(null, null, ["serve", "--data", data.Path, .. ports, "--model", .. options]);
        Assert.NotEqual(0, run.Exit);
        Assert.Contains(code, run.Error, StringComparison.Ordinal);
    }

    /// <summary>With the arguments of deploy/kserve/explainer.yaml and those that KServe appends, on free ports.</summary>
    [Theory]
    [InlineData("model.onnx")]
    [InlineData("digits/1/model.onnx")]
    public async Task An_explainer_of_kserve_explains_the_model_of_its_folder(string file)
    {
        using var models = new TemporaryFolder();
        var model = new FileInfo(Path.Combine(models.Path, file));
        model.Directory!.Create();
        File.Copy(Repo.Model("mnist-cnn"), model.FullName);
        var manifest = await File.ReadAllLinesAsync(Path.Combine(Repo.Root, "deploy", "kserve", "explainer.yaml"), Cancellation);
        var given = manifest.Single(l => l.TrimStart().StartsWith("args: ", StringComparison.Ordinal)).Split('[', ']')[1].Split(", ");
        string[] appended = ["--model_name", "digits", "--predictor_host", "digits-predictor.default", "--http_port", "0", "--workers",
            "0"];
        using var explainer = await ClusterMember.KServeAsync([.. given.Skip(1), "--model_dir", models.Path, "--grpc_port", "0",
            "--metrics_port", "0", .. appended]);
        using var client = new HttpClient { BaseAddress = explainer.Http };
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("v2/models/digits/ready", Cancellation)).StatusCode);
        var picture = Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(Repo.Root, "samples", "images", "mnist",
            "digit-7.png"), Cancellation));
        var answer = await client.PostAsJsonAsync("v1/models/digits:explain", new { instances = new[] { new { b64 = picture } } },
            Cancellation);
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>(Cancellation);
        var attribution = said.GetProperty("explanations")[0].GetProperty("attributions")[0];
        Assert.Equal([7], attribution.GetProperty("outputIndex").EnumerateArray().Select(i => i.GetInt32()));
        await StopAsync(explainer);
    }

    [Theory]
    [InlineData("has no ONNX file")]
    [InlineData("has several ONNX files, a.onnx, b.onnx", "a.onnx", "b.onnx")]
    public async Task An_explainer_of_kserve_refuses_a_folder_without_one_model(string what, params string[] files)
    {
        using var models = new TemporaryFolder();
        foreach (var file in files) await File.WriteAllTextAsync(Path.Combine(models.Path, file), "", Cancellation);
        var run = await BadInput.CommandLine.RunAsync(null, null, ["kserve", "--model_name", "digits", "--model_dir", models.Path]);
        Assert.NotEqual(0, run.Exit);
        Assert.Contains("SAL2510", run.Error, StringComparison.Ordinal);
        Assert.Contains(what, run.Error, StringComparison.Ordinal);
    }

    private static async Task StopAsync(ClusterMember serve) => Assert.Equal((0, ""), await serve.StopAsync());
}
