using SaliencyCluster.Autodiff.Maps;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Summaries;

/// <summary>A model at one size of the image.</summary>
/// <param name="Image">Shape of the image, channels first.</param>
/// <param name="Layout">Where the model itself wants the channels.</param>
/// <param name="Source">The model.</param>
/// <param name="Outputs">What is explained of each output that can be, by name.</param>
/// <param name="Problems">Why the others cannot be.</param>
internal sealed record ModelLook(
    long[] Image, ImageLayout Layout, SpecializedGraph Source, IReadOnlyDictionary<string, OutputLook> Outputs,
    IReadOnlyDictionary<string, SaliencyException> Problems)
{
    // Each takes a walk over the graph; no model that is meant to be explained has more.
    private const int MaxOutputs = 64;

    /// <exception cref="SaliencyException">SAL10xx, SAL1106: the model cannot be read at this size, or none of its outputs be explained.</exception>
    public static ModelLook At(OnnxModel model, long[] image, ImageLayout layout)
    {
        var source = Specializer.Specialize(model, new Dictionary<string, long[]> { [model.ImageInput] = [1, .. layout.ToOwn(image)] });
        var (outputs, problems) = (new Dictionary<string, OutputLook>(), new Dictionary<string, SaliencyException>());
        foreach (var name in source.Outputs.Take(MaxOutputs))
        {
            try
            {
                var explained = ExplainedOutput.Find(source, name, probability: false, batch: 1);
                outputs[name] = new(explained, Layers.OnTheWay(explained.Source, explained.Tensor, layout));
            }
            catch (SaliencyException problem)
            {
                problems[name] = problem;
            }
        }
        return outputs.Count > 0 ? new(image, layout, source, outputs, problems) : throw problems[source.Outputs[0]];
    }
}
