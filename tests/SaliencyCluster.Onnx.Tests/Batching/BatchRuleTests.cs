using SaliencyCluster.Onnx.Batching;
using SaliencyCluster.Onnx.Tensors;
using SaliencyCluster.Onnx.Tests.Shapes;
using SaliencyCluster.TestKit.Reference;

namespace SaliencyCluster.Onnx.Tests.Batching;

public class BatchRuleTests
{
    private const int Images = 3;

    public static TheoryData<OpCase, int> Data()
    {
        var data = new TheoryData<OpCase, int>();
        foreach (var c in ShapeRuleTests.Cases.Concat(BatchCases.All).Where(c => c.ImageShape.Length > 1 && c.Inputs.Any(i => i.Dynamic)))
            foreach (var opset in c.Opsets) data.Add(c, opset);
        return data;
    }

    [Theory, MemberData(nameof(Data), DisableDiscoveryEnumeration = true)]
    public void Where_the_proof_holds_each_image_gets_what_it_gets_alone(OpCase c, int opset)
    {
        if (Proven(c, opset) is not { } together) return;
        var image = c.ImageShape[1..];
        var pixels = RuntimeTrace.Ramp([Images, .. image]);
        var outputs = RuntimeTrace.Run(ModelWriter.ToModel(together), new Dictionary<string, ConstantTensor> { ["x"] = pixels });
        var alone = Model(c, opset);
        var one = pixels.Type.Count / Images;
        for (var i = 0; i < Images; i++)
        {
            var pixel = ConstantTensor.Of([1, .. image], pixels.As<float>().Slice((int)(i * one), (int)one).ToArray());
            var expected = RuntimeTrace.Run(alone.Proto, new Dictionary<string, ConstantTensor> { ["x"] = pixel });
            foreach (var name in together.Outputs) AssertPart(Widening.ToFloat(expected[name]), outputs[name], i, c.Tolerance);
        }
    }

    // A recurrent layer has its images along the second axis, where no case has them: the model
    // batch-5-recurrent of the zoo holds those three.
    [Fact]
    public void Every_rule_holds_in_some_case() => Assert.Empty(BatchRuleTable.Operators.Except(["GRU", "LSTM", "RNN"]).Except(
        ShapeRuleTests.Cases.Concat(BatchCases.All).Where(c => c.Opsets.Any(o => Proven(c, o) is not null)).Select(c => c.Op)));

    private static SpecializedGraph? Proven(OpCase c, int opset)
    {
        if (c.ImageShape.Length < 2 || !c.Inputs.Any(i => i.Dynamic)) return null;
        var model = Model(c, opset);
        var shapes = new Dictionary<string, long[]> { ["x"] = [Images, .. c.ImageShape[1..]] };
        try
        {
            return Specializer.Specialize(model, shapes) is { Batch.Holds: true } graph ? graph : null;
        }
        catch (SaliencyException)
        {
            return null; // the case's other inputs fit its own batch only
        }
    }

    private static OnnxModel Model(OpCase c, int opset)
    {
        var builder = c.Model(opset);
        builder.Graph.Input[0].Type.TensorType.Shape.Dim[0] = new() { DimParam = "N" };
        return ModelReader.Read(builder.ToBytes(), "test.onnx");
    }

    // Part i along the first axis.
    private static void AssertPart(ConstantTensor expected, ConstantTensor all, int i, double tolerance)
    {
        var length = expected.Bytes.Length;
        Assert.Equal(length * Images, all.Bytes.Length);
        var part = new ConstantTensor(expected.Type, all.Bytes.Slice(i * length, length));
        Specializing.Against.AssertClose($"image {i}", expected, part, tolerance);
    }
}
