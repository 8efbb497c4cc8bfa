using SaliencyCluster.Client;
using SaliencyCluster.Client.Images;
using SaliencyCluster.EndToEnd.Tests.Clusters;
using SaliencyCluster.Protocol.V1;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.EndToEnd.Tests.Client;

/// <summary>The lines of the client's README, compiled and run.</summary>
public sealed class ReadmeTests(SharedCluster cluster)
{
    private static readonly TextWriter Console = new StringWriter();

    [Fact]
    public async Task The_lines_of_the_readme_run_and_are_these()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Repo.Root, "src", "SaliencyCluster.Client", "README.md"), TestContext.Current.CancellationToken);
        var source = await File.ReadAllTextAsync(Path.Combine(Repo.Root, "tests", "SaliencyCluster.EndToEnd.Tests", "Client", "ReadmeTests.cs"), TestContext.Current.CancellationToken);
        var shown = readme.Split("```csharp\n")[1].Split("```")[0].Replace("http://127.0.0.1:50051", "", StringComparison.Ordinal);
        var run = source.Split("// from here\n")[1].Split("        // to here")[0];
        Assert.Equal(Lines(shown), Lines(run));

        Directory.SetCurrentDirectory(Repo.Root);
        var address = cluster.Grpc.OriginalString;
#pragma warning disable xUnit1051 // The lines are as short as a user writes them.
        // from here
        using var client = new SaliencyClient(new Uri(address));

        await using var file = File.OpenRead("samples/models/mnist-cnn.onnx");
        await client.Models.AddAsync("digits", file);

        var options = new ExplanationOptions { Method = "integrated-gradients", Steps = 64, Rule = "riemann_middle" };
        var answer = await client.ExplainToEndAsync("digits", options, ImageInput.FromFile("samples/images/mnist/digit-3.png"));
        Console.WriteLine($"class {answer.Result.Target}, logit {answer.Result.Score:0.00}, map {string.Join('x', answer.Map!.Shape)}");

        var images = Directory.EnumerateFiles("samples/images/mnist", "*.png").Select(path => ImageInput.FromFile(path));
        var job = await client.Jobs.SubmitAsync("digits", options, images.ToAsyncEnumerable(), jobId: "digits-1");
        await foreach (var state in client.Jobs.WatchAsync(job.JobId)) Console.WriteLine($"{state.ImagesDone} of {state.Images}");
        await foreach (var image in client.Jobs.ReadResultsAsync(job.JobId)) Console.WriteLine($"{image.Result.Name}: {image.Map?.Values.Length} values");
        // to here
#pragma warning restore xUnit1051
        var printed = Console.ToString()!;
        Assert.StartsWith("class 3, logit ", printed, StringComparison.Ordinal);
        Assert.Contains("map 1x28x28", printed, StringComparison.Ordinal);
        Assert.Contains("10 of 10", printed, StringComparison.Ordinal);
        Assert.Contains("digit-9: 784 values", printed, StringComparison.Ordinal);
    }

    // The address differs, since the test's cluster is not at the usual port.
    private static string[] Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.TrimEntries).Select(l => l.Replace("new Uri(\"\")", "new Uri(address)", StringComparison.Ordinal)).Where(l => l.Length > 0)];
}
