using SaliencyCluster.Client.Maps;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Client.Explanations;

/// <summary>Makes updates out of the messages of one stream; those that are pieces of a map give none until it is complete.</summary>
internal sealed class UpdateReader
{
    private readonly MapAssembler _partial = new(), _final = new(), _standardErrors = new();
    private SaliencyMap? _map, _standardError;

    public ExplainUpdate? Read(ExplainResponse part)
    {
        switch (part.EventCase)
        {
            case ExplainResponse.EventOneofCase.Started:
                return new ExplainUpdate.Started(part.Started.JobId);
            case ExplainResponse.EventOneofCase.Progress:
                return new ExplainUpdate.Progress(part.Progress.PointsDone, part.Progress.PointsTotal, part.Progress.WaitingFor)
                {
                    ConvergenceDelta = part.Progress.HasConvergenceDelta ? part.Progress.ConvergenceDelta : null,
                    StandardError = part.Progress.HasStandardError ? part.Progress.StandardError : null,
                    ErrorEstimate = part.Progress.HasErrorEstimate ? part.Progress.ErrorEstimate : null,
                };
            case ExplainResponse.EventOneofCase.PartialMap:
                return _partial.Add(part.PartialMap) is { } sofar ? new ExplainUpdate.Partial(sofar) : null;
            case ExplainResponse.EventOneofCase.Map:
                _map = _final.Add(part.Map) ?? _map;
                return null;
            case ExplainResponse.EventOneofCase.StandardErrorMap:
                _standardError = _standardErrors.Add(part.StandardErrorMap) ?? _standardError;
                return null;
            case ExplainResponse.EventOneofCase.Result:
                return new ExplainUpdate.Finished(new(part.Result, _map) { StandardErrorMap = _standardError });
            default:
                return null;
        }
    }
}
