using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>Reads a model that was named on the command line.</summary>
internal static class ModelFile
{
    /// <exception cref="SaliencyException">SAL2510: there is no such file. SAL10xx: it is no model that can be explained.</exception>
    public static OnnxModel Read(string path)
    {
        if (!File.Exists(path)) throw InputErrors.NoSuchFile("model", path);
        return ModelReader.ReadFile(path);
    }
}
