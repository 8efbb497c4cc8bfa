using System.Globalization;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Inputs;

/// <summary>Reads <c>--input-value NAME=VALUE|FILE</c>.</summary>
internal static class InputValues
{
    /// <summary>Reads the values by the names of the inputs.</summary>
    /// <exception cref="SaliencyException">SAL2503: one is not of this form. SAL2110, SAL2510, SAL2519: its file cannot be read.</exception>
    public static IReadOnlyDictionary<string, InputValue> Of(IEnumerable<string> texts)
    {
        var values = new Dictionary<string, InputValue>();
        foreach (var text in texts)
        {
            // Names of tensors may hold '=' themselves, values do not.
            var split = text.LastIndexOf('=');
            if (split < 1 || split == text.Length - 1) throw Wrong(text, "It must be NAME=NUMBER, NAME=NUMBER,NUMBER,.. or NAME=FILE.npy.");
            if (!values.TryAdd(text[..split], Value(text, text[(split + 1)..]))) throw Wrong(text, $"Give '{text[..split]}' once.");
        }
        return values;
    }

    private static InputValue Value(string text, string value)
    {
        if (!value.EndsWith(".npy", StringComparison.OrdinalIgnoreCase)) return new([.. value.Split(',').Select(part => Number(text, part))]);
        if (!File.Exists(value)) throw InputErrors.NoSuchFile("input value", value);
        var tensor = InputFile.Guarded(value, () => NpyFile.ReadFile(value));
        return new([.. tensor.Data.Select(v => (double)v)], tensor.Shape);
    }

    private static double Number(string text, string part) => part.Trim() switch
    {
        "true" => 1,
        "false" => 0,
        var digits => double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number : throw Wrong(text, $"'{part}' is no number and no .npy file."),
    };

    private static SaliencyException Wrong(string text, string next) => new("SAL2503", $"--input-value is '{text}'.", next);
}
