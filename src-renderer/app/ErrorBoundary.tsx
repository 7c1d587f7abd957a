import { Component, type ReactNode } from 'react';
import i18next from 'i18next';
import { Button } from '../ui/Button';
import { EmptyState } from '../ui/EmptyState';

interface State {
  readonly failure: string | null;
}

/** A fault while drawing shows itself and a way on, instead of an empty window. The core is not concerned. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { failure: null };

  static getDerivedStateFromError(error: unknown): State {
    return { failure: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    if (this.state.failure === null) return this.props.children;
    return (
      <EmptyState
        page
        icon="warning"
        tone="bad"
        title={i18next.t('app.fault.title')}
        action={<Button onClick={() => window.location.reload()}>{i18next.t('app.fault.reload')}</Button>}
      >
        {this.state.failure}
      </EmptyState>
    );
  }
}
