using System.Runtime.InteropServices;
using Google.Protobuf;
using SaliencyCluster.Attribution;
using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Evaluation.Randomization;

/// <summary>Derives models that have forgotten some of their layers.</summary>
/// <remarks>Adebayo et al., 2018, https://arxiv.org/abs/1810.03292. Each layer's initialisation is in <see cref="ParameterRole"/>.</remarks>
public static class ModelRandomizer
{
    /// <summary>
    /// The randomised model. A pure function of the model and the spec: any worker derives the same bytes, so randomised models
    /// never travel. Its hash is <see cref="RandomizationSpec.HashOf"/>.
    /// </summary>
    /// <exception cref="SaliencyException">SAL2702: no such layer. SAL2703: the weights are not float32.</exception>
    public static OnnxModel Derive(OnnxModel model, RandomizationSpec spec)
    {
        var layers = WeightLayers.Of(model);
        var proto = model.Proto.Clone();
        var tensors = ParameterSource.Tensors(proto.Graph);
        foreach (var name in spec.Layers)
        {
            var layer = layers.FirstOrDefault(l => l.Name == name)
                ?? throw Errors.UnknownLayer(name, model.Source, layers.Select(l => l.Name));
            foreach (var parameter in layer.Parameters)
                if (Initializer.Values(model.Hash, spec, layer, parameter) is { } values) Replace(tensors[parameter.Tensor], values, layer);
        }
        return model with
        {
            Proto = proto, Hash = spec.HashOf(model.Hash), Source = $"{model.Source} randomised in {string.Join(", ", spec.Layers)}", DerivedFrom = model.Hash,
        };
    }

    private static void Replace(TensorProto tensor, float[] values, WeightLayer layer)
    {
        if (tensor.DataType != (int)ElementType.Float) throw Errors.WeightType(layer.Name, (ElementType)tensor.DataType);
        tensor.FloatData.Clear();
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes<float>(values));
    }
}
