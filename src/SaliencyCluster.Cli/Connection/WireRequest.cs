using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Connection;

/// <summary>Writes a request for the wire; what was not given stays unset, so that the cluster's defaults apply.</summary>
internal static class WireRequest
{
    public static ExplanationOptions Of(ExplanationRequest request)
    {
        var options = new ExplanationOptions { Method = request.Method };
        foreach (var option in OptionCatalog.All)
        {
            if (option.Get(request) is not { } value) continue;
            var field = ExplanationOptions.Descriptor.FindFieldByName(option.Name.Replace('-', '_'));
            if (value is IEnumerable<int> numbers)
            {
                var list = (System.Collections.IList)field.Accessor.GetValue(options);
                foreach (var number in numbers) list.Add((uint)number);
            }
            else field.Accessor.SetValue(options, value is int count ? Unsigned(option, count) : value);
        }
        return options;
    }

    /// <summary>Gets the header of a job: one method and model, or a comparison.</summary>
    public static JobHeader Header(IReadOnlyList<string> models, IReadOnlyList<ExplanationRequest> requests, string? id, string pool)
    {
        var header = new JobHeader { Model = models[0], Options = Of(requests[0]), Compared = { requests.Skip(1).Select(Of) }, ComparedModels = { models.Skip(1) }, Pool = pool };
        if (id is not null) header.JobId = id;
        return header;
    }

    private static uint Unsigned(RequestOption option, int value) => value >= 0 ? (uint)value : throw new Onnx.SaliencyException(
        "SAL2503", $"--{option.Name} is '{value}'.", $"It must be {option.Range}.");
}
