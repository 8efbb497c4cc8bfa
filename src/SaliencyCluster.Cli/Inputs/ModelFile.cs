using SaliencyCluster.Autodiff;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>Reads a model that was named on the command line.</summary>
internal static class ModelFile
{
    /// <summary>Reads it, with the given values of inputs that take no image.</summary>
    /// <exception cref="SaliencyException">SAL2510: there is no such file. SAL10xx: it is no model that can be explained.</exception>
    public static OnnxModel Read(string path, IReadOnlyDictionary<string, InputValue>? values = null) => ModelReader.Read(Pack(path, values), path);

    /// <summary>Reads it with the card beside it, which fills in what is not given.</summary>
    /// <exception cref="SaliencyException">SAL2510: there is no such file. SAL2514: the card cannot be read. SAL10xx: it is no model that
    /// can be explained. SAL20xx, SAL25xx: layout or labels do not fit it.</exception>
    public static (OnnxModel Model, ModelSummary Summary, ModelFacts Facts) ReadWithCard(string path, ModelFacts given)
    {
        var facts = given.Or(ModelCard.Beside(path));
        var model = Read(path, facts.InputValues);
        var summary = ModelSummary.Of(model, layout: facts.Layout);
        InputErrors.CheckLabels(facts.Labels, summary);
        return (model, summary, facts);
    }

    /// <summary>Gets its bytes with everything in them, as a cluster takes it.</summary>
    /// <exception cref="SaliencyException">SAL2510: there is no such file. SAL1001 to SAL1003, SAL1018: it cannot be made whole.</exception>
    public static byte[] Pack(string path, IReadOnlyDictionary<string, InputValue>? values = null)
    {
        if (!File.Exists(path)) throw InputErrors.NoSuchFile("model", path);
        return ModelPacking.Pack(path, values);
    }
}
