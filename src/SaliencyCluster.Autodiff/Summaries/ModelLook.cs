using SaliencyCluster.Autodiff.Forward;
using SaliencyCluster.Autodiff.Maps;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Summaries;

/// <summary>A model at one size of the image.</summary>
/// <param name="Image">Shape of the image, channels first.</param>
/// <param name="Layout">Where the model itself wants the channels.</param>
/// <param name="Batch">The batch that the model declares, or 1.</param>
/// <param name="Explained">What is explained by default.</param>
/// <param name="Layers">The tensors on the way there.</param>
internal sealed record ModelLook(long[] Image, ImageLayout Layout, int Batch, ExplainedOutput Explained, IReadOnlyList<LayerInfo> Layers)
{
    /// <exception cref="SaliencyException">SAL10xx, SAL1106: the model cannot be read at this size.</exception>
    public static ModelLook At(OnnxModel model, long[] image, ImageLayout layout)
    {
        var batch = ImageInput.DeclaredBatch(model) is > 1 and var n ? (int)n : 1;
        var source = Specializer.Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = [batch, .. layout.ToOwn(image)] });
        var explained = ExplainedOutput.Find(source, null, probability: false, batch);
        return new(image, layout, batch, explained, Maps.Layers.OnTheWay(explained.Source, explained.Tensor, layout));
    }
}
