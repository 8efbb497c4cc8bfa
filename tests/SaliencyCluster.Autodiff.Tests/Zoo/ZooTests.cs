using System.Diagnostics;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Autodiff.Tests.Zoo;

/// <summary>Small variants of real architectures and real exporters' files against PyTorch autograd in float64.</summary>
public class ZooTests
{
    public static TheoryData<string> Models => new(ZooModel.NamesIn(ZooModel.Repository));

    [Theory, MemberData(nameof(Models))]
    public void Gradient_equals_pytorch_in_float64(string name)
    {
        var model = ZooModel.Load(ZooModel.Repository, name);
        using var run = new ZooRun(model);
        var (score, gradient) = run.Of(model);
        Assert.Equal(model.Score, score, 1e-4 * Math.Max(1, Math.Abs(model.Score)));
        Assert.InRange(Numbers.RelativeError(gradient, model.Gradient()), 0, 1e-4);
    }

    /// <summary>Exports full-size models anew and compares them; needs Debian's python3-torch and python3-torchvision, so it runs when it is asked for (<c>-explicit only</c>).</summary>
    [Theory(Explicit = true)]
    [InlineData("squeezenet1_1")]
    [InlineData("resnet18")]
    [InlineData("efficientnet_b0")]
    public async Task Full_size_model_exported_now_has_the_gradient_of_pytorch(string name)
    {
        var start = new ProcessStartInfo(Path.Combine(Repo.Root, "tests", "zoo", "run"), [name]) { RedirectStandardOutput = true, Environment = { ["ZOO_IMAGES"] = "2" } };
        using var run = Process.Start(start)!;
        var table = await run.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await run.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0 && table.Contains($"| {name} |", StringComparison.Ordinal), table);
    }

    [Theory, MemberData(nameof(Models))]
    public void Other_images_of_the_batch_do_not_matter(string name)
    {
        var model = ZooModel.Load(ZooModel.Repository, name);
        var proof = Specializer.ProveBatch(ModelReader.ReadFile(model.OnnxFile), model.Image);
        Assert.True(proof.Holds, proof.Reason);
        using var run = new ZooRun(model, batch: 3);
        Assert.InRange(Numbers.RelativeError(run.Of(model).Gradient, model.Gradient()), 0, 1e-4);
    }

    [Fact]
    public void Every_file_is_under_200_KB() =>
        Assert.All(Directory.GetFiles(ZooModel.Repository), f => Assert.InRange(new FileInfo(f).Length, 1, 200 * 1024));
}
