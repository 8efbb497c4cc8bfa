using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SaliencyCluster.Attribution.Noise;

namespace SaliencyCluster.Evaluation.Randomization;

/// <summary>The values of a fresh parameter tensor: a pure function of model hash, seed, layer and tensor name, the same to the bit everywhere.</summary>
/// <remarks>Only additions, multiplications and a square root of doubles, which IEEE 754 defines exactly.</remarks>
internal static class Initializer
{
    /// <summary>The values, or null where the tensor stays as it is.</summary>
    public static float[]? Values(string modelHash, RandomizationSpec spec, WeightLayer layer, LayerParameter parameter) =>
        parameter.Role switch
    {
        ParameterRole.Weight or ParameterRole.Bias => Uniform(modelHash, spec.Seed, layer, parameter),
        ParameterRole.Scale => Constant(parameter, 1),
        ParameterRole.Shift => Constant(parameter, 0),
        ParameterRole.Slope => Constant(parameter, 0.25f),
        ParameterRole.MovingMean => spec.Statistics == NormalizationStatistics.Reset ? Constant(parameter, 0) : null,
        ParameterRole.MovingVariance => spec.Statistics == NormalizationStatistics.Reset ? Constant(parameter, 1) : null,
        _ => throw new ArgumentOutOfRangeException(nameof(parameter), parameter.Role, null),
    };

    private static float[] Constant(LayerParameter parameter, float value) => [.. Enumerable.Repeat(value, checked((int)parameter.Count))];

    private static float[] Uniform(string modelHash, ulong seed, WeightLayer layer, LayerParameter parameter)
    {
        var name = SHA256.HashData(Encoding.UTF8.GetBytes($"{modelHash}\n{layer.Name}\n{parameter.Tensor}"));
        var random = new RandomStream(
            seed, EvaluationStream.Weights, BinaryPrimitives.ReadUInt32LittleEndian(name), BinaryPrimitives.ReadUInt32LittleEndian(name.AsSpan(4)));
        var bound = 1 / Math.Sqrt(parameter.FanIn);
        var values = new float[checked((int)parameter.Count)];
        for (var i = 0; i < values.Length; i++) values[i] = (float)(((2 * random.NextUniform()) - 1) * bound);
        return values;
    }
}
