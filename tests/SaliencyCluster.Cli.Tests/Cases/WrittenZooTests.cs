using System.Text.Json;
using SaliencyCluster.Attribution;
using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Cli.Tests.Cases;

/// <summary>
/// Models that <c>tests/zoo/written.py</c> wrote node by node, explained by the command line as a user would ask for it: layout, free
/// sizes, output and logits are found here, and said by the script apart. Score and gradient are those of an evaluator of ONNX in float64.
/// </summary>
public sealed class WrittenZooTests : CaseFolder
{
    private static readonly string Models = Path.Combine(Repo.Root, "tests", "zoo", "written");

    public static TheoryData<string> Names =>
        new(Directory.GetFiles(Models, "*.json").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Names))]
    public async Task Gradient_and_score_are_those_of_float64(string name)
    {
        var cancel = TestContext.Current.CancellationToken;
        var facts = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(Models, name + ".json"), cancel)).RootElement;
        var shape = facts.GetProperty("image").EnumerateArray().Select(d => d.GetInt32()).ToArray();
        var pixels = NoiseImage.Of([.. shape], facts.GetProperty("imageSeed").GetInt32());
        var image = Path.Combine(Out, "image.npy");
        await File.WriteAllBytesAsync(image, NpyFile.Write(new(shape, Array.ConvertAll(pixels, p => (float)p))), cancel);
        var options = $"--method gradient --no-picture {facts.GetProperty("options").GetString()}".TrimEnd();
        var (map, result, _) = await Explain(Path.Combine(Models, name + ".onnx"), image, options);
        var score = facts.GetProperty("score").GetDouble();
        Assert.Equal(score, result.GetProperty("score").GetDouble(), 1e-4 * Math.Max(1, Math.Abs(score)));
        Assert.Equal(shape, map.Shape);
        Assert.InRange(Numbers.RelativeError([.. map.Data], Npy.Read(Path.Combine(Models, name + ".gradient.npy"))), 0, 1e-4);
    }

    [Fact]
    public void There_are_at_least_sixty_kinds_in_small_files()
    {
        Assert.InRange(Names.Count, 60, int.MaxValue);
        Assert.InRange(Directory.GetFiles(Models).Sum(f => new FileInfo(f).Length), 1, 2 << 20);
    }
}
