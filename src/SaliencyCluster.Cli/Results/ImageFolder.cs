using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Planes;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Imaging;

namespace SaliencyCluster.Cli.Results;

/// <summary>Writes the results of one image, method by method; with the last one of a comparison what belongs to all of them.</summary>
/// <param name="folder">Where to.</param>
/// <param name="style">How files are made.</param>
/// <param name="methods">How many methods the image has.</param>
internal sealed class ImageFolder(ResultFolder folder, ResultStyle style, int methods)
{
    private readonly List<(ResultDocument Result, Tensor Map, Tensor? Errors, ImageLayout Layout)> _maps = [];

    private Plane? _backdrop; // the same for all methods
    private SeenPicture? _seen;

    /// <summary>Writes the files of a method.</summary>
    /// <param name="result">What is said of the map.</param>
    /// <param name="map">The map, channels first.</param>
    /// <param name="errors">Its standard error, where asked.</param>
    /// <param name="layout">The layout in which the array is written.</param>
    /// <param name="input">The image, where it is at hand; without it heat maps are drawn on white.</param>
    /// <returns>The result and the folder of the image.</returns>
    public (ResultDocument Result, string Folder) Write(ResultDocument result, Tensor map, Tensor? errors, ImageLayout layout, InputImage? input)
    {
        if (input is not null) result = result with { Input = InputRecipe.Of(input, _seen ??= input.Seen()) };
        // A picture that was sent prepared has its boxes in the model's input.
        if (result.Detection is { Pixels: Detection.Input } found && _seen?.Place is { } place)
            result = result with { Detection = found.On(place.Frame) };
        _maps.Add((result, map, errors, layout));
        var backdrop = style.Pictures ? _backdrop ??= _seen?.Backdrop() ?? input?.Backdrop() : null;
        var path = folder.Write(
            result, style.Marking(result.Detection, backdrop).Files(result.Method, map, errors, layout, backdrop, _seen?.Place),
                methods == 1 ? "result.json"
            : $"{result.Method}.json");
        if (_maps.Count == 1 && style.ShowInput && _seen is { } seen) folder.Write(
            Path.Combine(result.Image, "input.png"), PictureEncoder.Png(seen.Pixels()));
        if (_maps.Count < methods) return (result, path);
        if (style.Npz) folder.Write(Path.Combine(result.Image, "maps.npz"), NpzFile.Write(Arrays()));
        if (style.Montage && MontageSheet.Of(
            _maps.Select(m => (m.Result.Method, ResultStyle.On(backdrop, m.Map, _seen?.Place))), result.Image, _seen, backdrop,
            style.Marking(result.Detection, backdrop)) is { } sheet)
            folder.Write(Path.Combine(result.Image, "montage.png"), sheet);
        // Comes last, so it says that everything else is complete.
        if (methods > 1) folder.WriteJson(Path.Combine(result.Image, "comparison.json"), _maps.Select(m => m.Result).ToList());
        return (result, path);
    }

    private IEnumerable<(string, Tensor)> Arrays() => _maps.SelectMany(m => m.Errors is null
        ? ((string, Tensor)[])[(m.Result.Method, m.Map.ToOwn(m.Layout))]
        : [(m.Result.Method, m.Map.ToOwn(m.Layout)), (m.Result.Method + ".stderr", m.Errors.ToOwn(m.Layout))]);
}
