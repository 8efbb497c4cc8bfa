using SaliencyCluster.Imaging;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Cli.Tests.Cases;

/// <summary>Models that are more than a file with one input: weights beside it, further inputs.</summary>
public sealed class WholeModelCaseTests : CaseFolder
{
    [Fact]
    public async Task Weights_beside_the_model_are_read()
    {
        var model = new ModelBuilder().Input("x", -1, 4).Weight("w", [4, 2], 1, 2, 3, 4, 5, 6, 7, 8).Node("MatMul", "x w", "y").Output("y", -1, 2);
        var weight = model.Graph.Initializer[0];
        await File.WriteAllBytesAsync(Path.Combine(Out, "m.onnx.data"), weight.RawData.ToByteArray(), TestContext.Current.CancellationToken);
        weight.RawData = Google.Protobuf.ByteString.Empty;
        weight.DataLocation = Onnx.Schema.TensorProto.Types.DataLocation.External;
        weight.ExternalData.Add(new Onnx.Schema.StringStringEntryProto { Key = "location", Value = "m.onnx.data" });
        var (map, _, _) = await Explain(await Written(model), await Vector(), "--method gradient --target 1");
        Assert.Equal([2, 4, 6, 8], map.Data);
    }

    [Theory]
    [InlineData("k=3", new[] { 3f, 3, 3, 3 })]
    [InlineData("k=1,2,3,4", new[] { 1f, 2, 3, 4 })]
    [InlineData("k=FILE", new[] { 1f, -1, 2, 0.5f })]
    public async Task An_input_that_takes_no_image_is_given_a_value(string value, float[] gradient)
    {
        var model = await Written(new ModelBuilder(13).Input("x", -1, 4).Input("k", -1, 4).Node("Mul", "x k", "m").Longs("axes", 1).Node("ReduceSum", "m axes", "y").Output("y", -1, 1));
        var (map, _, _) = await Explain(model, await Vector(), $"--method gradient --target 0 --input-value {value.Replace("FILE", await Vector(), StringComparison.Ordinal)}");
        Assert.Equal(gradient, map.Data);
    }

    [Theory]
    [InlineData("", "SAL1011", 3)]
    [InlineData(" --input-value k", "SAL2503", 1)]
    [InlineData(" --input-value k=many", "SAL2503", 1)]
    [InlineData(" --input-value k=1,2", "SAL1018", 3)]
    [InlineData(" --input-value z=1", "SAL1018", 3)]
    [InlineData(" --input-value k=gone.npy", "SAL2510", 1)]
    public async Task A_missing_or_wrong_value_is_refused(string option, string code, int exit)
    {
        var model = await Written(new ModelBuilder().Input("x", -1, 4).Input("k", -1, 4).Node("Mul", "x k", "y").Output("y", -1, 4));
        var refused = await Refused(model, await Vector(), "--method gradient --target 0" + option);
        Assert.True(refused.Exit == exit, refused.Error);
        Assert.Contains(code, refused.Error, StringComparison.Ordinal);
        Assert.Contains("--input-value", refused.Error, StringComparison.Ordinal);
    }

    private async Task<string> Written(ModelBuilder model)
    {
        var path = Path.Combine(Out, "m.onnx");
        await File.WriteAllBytesAsync(path, model.ToBytes(), TestContext.Current.CancellationToken);
        return path;
    }

    private async Task<string> Vector()
    {
        var path = Path.Combine(Out, "v.npy");
        await File.WriteAllBytesAsync(path, NpyFile.Write(new([4], [1, -1, 2, 0.5f])), TestContext.Current.CancellationToken);
        return path;
    }
}
