using System.Runtime.InteropServices;
using Google.Protobuf;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;

namespace SaliencyCluster.Attribution.Tests.Evaluations.Randomization;

public sealed class ModelRandomizerTests
{
    private static readonly OnnxModel Cnn = ModelReader.ReadFile(Repo.Model("mnist-cnn"));

    [Fact]
    public void The_same_model_and_seed_give_the_same_bytes()
    {
        var spec = new RandomizationSpec(7, ["/conv2/Conv", "/fc2/Gemm"]);
        Assert.Equal(ModelRandomizer.Derive(Cnn, spec).Proto.ToByteArray(), ModelRandomizer.Derive(Cnn, spec).Proto.ToByteArray());
    }

    public static TheoryData<int> Tensors => References.Rows("weights");

    [Theory, MemberData(nameof(Tensors))]
    public void Weights_follow_the_documented_rule_to_the_bit(int row)
    {
        var expected = References.All["weights"]![row]!;
        var model = ModelReader.ReadFile(Repo.Model((string)expected["model"]!));
        var derived = ModelRandomizer.Derive(model, new((ulong)expected["seed"]!, [(string)expected["layer"]!]));
        var bits = Values(derived, (string)expected["tensor"]!).Every(97).Select(BitConverter.SingleToUInt32Bits);
        Assert.Equal(expected["bits"]!.Numbers(), bits.Select(b => (double)b));
    }

    [Fact]
    public void Only_the_named_layers_forget_and_the_given_model_stays_as_it_was()
    {
        var before = Cnn.Proto.ToByteArray();
        var derived = ModelRandomizer.Derive(Cnn, new(7, ["/fc2/Gemm"]));
        string[] changed = [.. Cnn.Proto.Graph.Initializer.Select(t => t.Name).Where(n => !Values(Cnn, n).SequenceEqual(Values(derived, n)))];
        Assert.Equal(["fc2.weight", "fc2.bias"], changed);
        Assert.Equal(before, Cnn.Proto.ToByteArray());
    }

    [Fact]
    public void Fresh_weights_are_uniform_within_one_over_the_root_of_fan_in()
    {
        var derived = ModelRandomizer.Derive(Cnn, new(7, ["/fc1/Gemm"]));
        var bound = 1 / Math.Sqrt(3136);
        var weights = Values(derived, "fc1.weight");
        Assert.All(weights, w => Assert.InRange(w, -bound, bound));
        Assert.Equal(bound * bound / 3, weights.Average(w => (double)w * w), bound * bound * 0.01);
        Assert.Equal(0, weights.Average(w => (double)w), bound * 0.01);
        Assert.All(Values(derived, "fc1.bias"), b => Assert.InRange(b, -bound, bound));
    }

    [Fact]
    public void A_layer_gets_the_same_weights_whichever_other_layers_are_randomised() =>
        Assert.Equal(
            Values(ModelRandomizer.Derive(Cnn, new(7, ["/fc1/Gemm"])), "fc1.weight"),
            Values(ModelRandomizer.Derive(Cnn, new(7, ["/conv1/Conv", "/fc1/Gemm", "/fc2/Gemm"])), "fc1.weight"));

    [Fact]
    public void Seed_model_layers_and_statistics_all_count_for_the_hash()
    {
        var spec = new RandomizationSpec(7, ["a", "b"]);
        string[] hashes = [spec.HashOf("x"), spec.HashOf("y"), (spec with { Seed = 8 }).HashOf("x"), (spec with { Layers = ["a"] }).HashOf("x"),
            (spec with { Statistics = NormalizationStatistics.Reset }).HashOf("x")];
        Assert.Equal(hashes.Length, hashes.Distinct().Count());
        Assert.Equal(spec.HashOf("x"), new RandomizationSpec(7, ["a", "b"]).HashOf("x"));
        Assert.Equal(64, hashes[0].Length);
    }

    [Fact]
    public void The_derived_model_carries_the_hash_that_its_spec_foretold()
    {
        var spec = new RandomizationSpec(7, ["/fc2/Gemm"]);
        Assert.Equal(spec.HashOf(Cnn.Hash), ModelRandomizer.Derive(Cnn, spec).Hash);
    }

    [Theory]
    [InlineData(NormalizationStatistics.Kept, new float[] { 5, 6 }, new float[] { 7, 8 })]
    [InlineData(NormalizationStatistics.Reset, new float[] { 0, 0 }, new float[] { 1, 1 })]
    public void Batch_normalisation_forgets_scale_and_shift_and_its_statistics_when_asked(
        NormalizationStatistics statistics, float[] mean, float[] variance)
    {
        var model = ModelReader.Read(new ModelBuilder().Input("x", -1, 2, 4, 4).Weight("s", [2], 1.5f, 2.5f).Weight("t", [2], 3, 4).Weight("m", [2], 5, 6)
            .Weight("v", [2], 7, 8).Node("BatchNormalization", "x s t m v", "y").Output("y", -1, 2, 4, 4).ToBytes(), "bn.onnx");
        var derived = ModelRandomizer.Derive(model, new(1, ["BatchNormalization_0"], statistics));
        Assert.Equal([1, 1], Values(derived, "s"));
        Assert.Equal([0, 0], Values(derived, "t"));
        Assert.Equal(mean, Values(derived, "m"));
        Assert.Equal(variance, Values(derived, "v"));
    }

    [Fact]
    public void An_unknown_layer_is_refused_with_the_layers_there_are() =>
        Assert.Equal(
            "SAL2702: '" + Cnn.Source + "' has no layer 'fc9' with trained weights to randomise. Choose among: /conv1/Conv, /conv2/Conv, /fc1/Gemm, /fc2/Gemm.",
            Assert.Throws<SaliencyException>(() => ModelRandomizer.Derive(Cnn, new(1, ["fc9"]))).Message);

    private static float[] Values(OnnxModel model, string tensor)
    {
        var found = model.Proto.Graph.Initializer.Single(t => t.Name == tensor);
        return found.FloatData.Count > 0 ? [.. found.FloatData] : MemoryMarshal.Cast<byte, float>(found.RawData.Span).ToArray();
    }
}
