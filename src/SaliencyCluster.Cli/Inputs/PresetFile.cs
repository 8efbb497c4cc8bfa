using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Imaging;
using SaliencyCluster.Imaging.Presets;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>Finds a preset by its name, or reads it from a Hugging Face <c>preprocessor_config.json</c>.</summary>
internal static class PresetFile
{
    /// <summary>Reads it.</summary>
    /// <param name="nameOrPath">A name, or a file.</param>
    /// <param name="folder">Where a relative path begins.</param>
    /// <exception cref="SaliencyException">SAL2503: there is no such preset. SAL2514, SAL2519: its file cannot be read or used.</exception>
    public static Preprocessing Read(string nameOrPath, string folder = "")
    {
        if (PreprocessingPresets.All.TryGetValue(nameOrPath, out var known)) return known;
        var path = Path.Combine(folder, nameOrPath);
        if (File.Exists(path)) return PreprocessorConfig.Read(InputFile.Bytes(path), path);
        throw new SaliencyException("SAL2503", $"The preset is '{nameOrPath}', which is neither known nor a file.",
            $"{Suggestion.For(nameOrPath, PreprocessingPresets.All.Keys)}It must be "
                + $"{string.Join(", ", PreprocessingPresets.All.Keys.Select(k => $"`{k}`"))} or the path of a preprocessor_config.json.");
    }
}
