using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Running;
using SaliencyCluster.TestKit.Zoo;

namespace SaliencyCluster.Cli.Tests.Explain;

/// <summary>Targets of every kind on the command line, against PyTorch's gradients.</summary>
public sealed class TargetTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("saliency-targets").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("resnet18-unfolded", "3")]
    [InlineData("fcn_resnet50", "3,:,:")]              // one class of a segmentation map
    [InlineData("unet-bicubic", "1,3,4")]              // one pixel of it
    [InlineData("unet-nearest-opset13", "2,5,:")]      // one row
    [InlineData("regression", "0")]                    // one number, no classes
    [InlineData("attention", "2")]                     // a softmax at the end: the logit before it
    [InlineData("resnet18-optimized", "3")]            // operators of ONNX Runtime's optimiser
    [InlineData("written-batch", "2")]                 // a batch of 1 written into the file
    public async Task Gradient_of_a_target_is_pytorchs(string name, string target)
    {
        var zoo = ZooModel.Load(ZooModel.Repository, name);
        // Alone in a folder: what lies beside it in the zoo is a description of the zoo's, not a model card.
        var file = Path.Combine(_folder, "model.onnx");
        File.Copy(zoo.OnnxFile, file);
        var map = await Explain(file, zoo.Image, zoo.Pixels(), "--target", target);
        Assert.InRange(Numbers.RelativeError(map, zoo.Gradient()), 0, 1e-4);
    }

    [Theory]
    [InlineData("logit", 3, 4)]
    [InlineData("probability", -1.0 / 3, -1.0 / 3)]
    public async Task Score_chooses_between_logit_and_probability(string score, double first, double second)
    {
        // Logits are 1 x0 + 2 x1, 3 x0 + 4 x1 and 8 x0 + 9 x1, all 0 at the black image, where each probability is 1/3.
        var file = Path.Combine(_folder, "softmax.onnx");
        await File.WriteAllBytesAsync(file, new ModelBuilder().Input("x", -1, 1, 1, 2).Weight("w", [2, 3], 1, 3, 8, 2, 4, 9).Longs("row", -1, 2)
            .Node("Reshape", "x row", "r").Node("MatMul", "r w", "logits").Node("Softmax", "logits", "y", ("axis", 1)).Output("y", -1, 3).ToBytes(), TestContext.Current.CancellationToken);
        Assert.Equal([first, second], await Explain(file, [1, 1, 2], [0, 0], "--target", "1", "--score", score), (a, b) => Math.Abs(a - b) < 1e-6);
    }

    private async Task<double[]> Explain(string model, long[] shape, double[] pixels, params string[] more)
    {
        var input = Path.Combine(_folder, "image.npy");
        await File.WriteAllBytesAsync(input, Npy(shape, pixels));
        var run = await Run.Of(["explain", "--local", "--model", model, "--input", input, "--method", "gradient", "--out", _folder, "--json", .. more]);
        Assert.True(run.Exit == 0, run.Error);
        using var result = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(_folder, "image", "result.json")));
        Assert.Equal(more[1], result.RootElement.GetProperty("target").GetString());
        return TestKit.Running.Npy.Read(Path.Combine(_folder, "image", "gradient.npy"));
    }

    private static byte[] Npy(long[] shape, double[] values)
    {
        var header = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({string.Join(", ", shape)},), }}".PadRight(117) + "\n";
        byte[] start = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0];
        return [.. start, .. Encoding.ASCII.GetBytes(header), .. MemoryMarshal.AsBytes<float>(Array.ConvertAll(values, v => (float)v))];
    }
}
